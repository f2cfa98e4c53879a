#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "jobs/transition.h"
#include "pg/result.h"

namespace tenure::jobs {

/// How a job is to change. What else follows from its next state (end, lease, time to shred) is in
/// sql/change_state.sql.
struct StateChange {
  JobId job;
  std::optional<std::int64_t> epoch = std::nullopt;  ///< of the lease that must be held; absent: no lease is asked for
  JobState from;
  JobState to;
  std::vector<std::string> errors = {};    ///< added to the job's
  std::optional<Actor> by = std::nullopt;  ///< absent: the lease's owner
  std::string_view reason;
};

/// Changes the job, notes it in the job's history and tells the hook. nullopt, and nothing done, when the job is not in
/// `from` or its lease is another's. @throws Error(internal) when the diagram has no such arrow.
std::optional<Transition> change_state(pg::Transaction& transaction, const TransitionHook& hook,
                                       const StateChange& change);

/// Reads one row with the columns of the statements that change states.
Transition read_transition(const pg::Result& rows, int row);
/// Tells the hook of every row.
std::vector<Transition> tell(pg::Transaction& transaction, const TransitionHook& hook, const pg::Result& rows);

}  // namespace tenure::jobs
