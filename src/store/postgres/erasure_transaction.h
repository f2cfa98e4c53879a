#pragma once

#include <functional>
#include <variant>

#include "store/postgres/erasure_order.h"
#include "store/postgres/step_runner.h"

namespace tenure::store {

/// How a transaction of an erasure ends.
enum class Ending {
  part,      ///< committed with its progress: more is to come
  whole,     ///< committed with the receipt
  prepared,  ///< with the receipt, and prepared instead of committed
};

/// What a transaction does between the fence and the checks.
using Work = std::function<void(StepRunner& steps, Progress& progress)>;

/// The receipt, where there is one now; the progress of a part.
using Ended = std::variant<Erasure, Progress, Disturbance>;

/// One transaction of an erasure: fence, receipt, catalog, `work`, checks, archive, receipt or progress, end.
/// @throws Error(stale) when the catalog is no longer the plan's, Error(conflict) when a higher epoch holds the fence
/// or the job was rolled back here.
Ended run_transaction(pg::Connection& connection, const ErasureOrder& order, const Work& work, Ending ending,
                      const Call& call);

/// Every step of the plan.
void do_whole_plan(const ErasureOrder& order, StepRunner& steps, Progress& progress);

}  // namespace tenure::store
