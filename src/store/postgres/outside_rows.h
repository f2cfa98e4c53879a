#pragma once

#include <vector>

#include "base/call.h"
#include "pg/connection.h"
#include "plan/erasure_plan.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Rows that are not the subject's but hang under rows that are, settled by a rule or not.
std::vector<OutsideRows> find_outside_rows(pg::Connection& connection, const plan::ErasurePlan& plan,
                                           const Subject& subject);

/// @throws Error(refused) naming those that no rule settles, and the rule that would. In a transaction of its own.
void refuse_outside_rows(pg::Connection& connection, const plan::ErasurePlan& plan, const Subject& subject,
                         const Call& call);

}  // namespace tenure::store
