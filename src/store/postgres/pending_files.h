#pragma once

#include "pg/connection.h"
#include "plan/erasure_plan.h"

namespace tenure::store {

/// Removes the files that erasures have listed for `table` in tenure.pending_files, in pages, each with its own
/// transaction. A file that another row still names stays. One that is gone already is fine. @throws Error when a file
/// cannot be removed; it stays listed, and the next call goes on with it.
void remove_pending_files(pg::Connection& connection, const plan::OwnedTable& table, const Call& call);

}  // namespace tenure::store
