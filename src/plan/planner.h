#pragma once

#include <variant>

#include "base/error.h"

#include "estate/estate.h"
#include "plan/erasure_plan.h"

namespace tenure::plan {

/// Plans the erasure of a tenant or a user from one database (spec F3). Pure: no I/O, clock, thread or randomness.
/// Gives every refusal at once rather than the first. `tenant_column` is the estate's default.
std::variant<ErasurePlan, Refusals> plan_erasure(const catalog::Catalog& catalog, const estate::Database& rules,
                                                 const std::string& tenant_column,
                                                 const std::vector<std::string>& last_tables, SubjectKind subject);

/// The refusals as one error. Its problems hold a line each.
Error refusal_error(const Refusals& refusals);

}  // namespace tenure::plan
