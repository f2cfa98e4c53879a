#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "jobs/transition.h"
#include "pg/pool.h"

namespace tenure::jobs {

enum class Cancellation {
  cancelled,               ///< nothing had been deleted; the job has ended
  compensation_requested,  ///< what was deleted is being brought back, or will be before the job's next step
};

/// What is to change; absent: nothing.
struct Reschedule {
  std::optional<WallTime> run_at = std::nullopt;
  std::optional<int> priority = std::nullopt;
  std::optional<Actor> by = std::nullopt;  ///< who changes it
};

/// What people decide about jobs. Every member locks the job's row, so that a decision and a worker's step never pass
/// each other unseen; each @throws Error(not_found) for an unknown job, and Error(conflict) naming the job's state
/// where it forbids what is asked for. Thread-safe.
class JobControl {
 public:
  explicit JobControl(pg::Pool& control, TransitionHook on_transition = {})
      : control_(control), on_transition_(std::move(on_transition)) {}

  /// Asking again for what has been asked for is harmless. @throws Error(conflict) also when rows are being deleted and
  /// there is no archive that they could come back from.
  Cancellation cancel(const JobId& job, const Actor& by);
  /// Consent to what `digest` stands for, in place of any earlier one. A job that waits for it gets in line.
  /// @throws Error(forbidden) for the user who asked for the job.
  void approve(const JobId& job, const UserId& approver, const std::string& digest);
  /// A failed job goes on from where it stands, a failed compensation likewise; a parked job is not waited for any
  /// longer. @throws Error(conflict) also when the subject has another open job, its tenant is held, or the archive is
  /// destroyed.
  void retry(const JobId& job, const Actor& by);
  /// Has the rows of a completed job brought back. @throws Error(conflict) also when there is no archive any more, or
  /// the subject has an open job.
  void restore(const JobId& job, const Actor& by);
  /// A time for a scheduled job, past ones meaning now; a priority for any that has not ended.
  /// @throws Error(invalid_argument) naming the field.
  void reschedule(const JobId& job, const Reschedule& change);

 private:
  pg::Pool& control_;
  const TransitionHook on_transition_;
};

}  // namespace tenure::jobs
