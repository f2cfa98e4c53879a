#pragma once

#include "pg/connection.h"
#include "store/postgres/erasure_order.h"

namespace tenure::store {

/// Removes the files that erasures have listed in tenure.pending_files for the plan's tables, in pages, each with its
/// own transactions. A file that another row still names stays. One that is gone already is fine.
///
/// Files of a job with an archive are put into it first: a page is archived, its mark committed with the note that it
/// is, and only then are its files removed. Only that job's own orders do so.
///
/// @throws Error when a file cannot be archived or removed; it stays listed, and the next call goes on with it.
void remove_pending_files(pg::Connection& connection, const ErasureOrder& order, const Call& call);

}  // namespace tenure::store
