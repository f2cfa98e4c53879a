#pragma once

#include <optional>

#include "base/call.h"
#include "pg/connection.h"
#include "store/postgres/erasure_order.h"
#include "store/postgres/pace.h"

namespace tenure::store {

/// Whether an erasure goes on behind what earlier calls have done, or looks at everything again since somebody got in
/// its way.
enum class StartAt { progress, beginning };

/// Takes the tables apart that hold more of the tenant's rows than the rules allow at once, children before parents,
/// each chunk a transaction of its own with its progress, its counts and its archive's mark. What is left then is small
/// and goes in one transaction, as if there had been nothing else: rows that came late, rows that point at each other
/// in a circle. Does nothing where no table is large, or the order has its receipt.
///
/// Before the first chunk it refuses what can be known by then: rows of others under the tenant's, files out of their
/// root. @throws Error(timeout) at the deadline or when asked to stop, between two chunks; what has committed stays,
/// and the same order goes on behind it. `rows_taken` grows by the rows of each chunk that has committed.
std::optional<Disturbance> erase_in_chunks(pg::Connection& connection, const ErasureOrder& order,
                                           const ChunkRules& rules, StartAt start, std::int64_t& rows_taken,
                                           const Call& call);

}  // namespace tenure::store
