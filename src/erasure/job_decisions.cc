#include "erasure/job_decisions.h"

#include "base/error.h"
#include "erasure/deletion_preview.h"

namespace tenure::erasure {

jobs::Cancellation JobDecisions::cancel(const JobId& job, const jobs::Actor& by, const Call& call) {
  const auto outcome = control_.cancel(job, by);
  auto* const tenants = orchestrator_.directories().tenants;
  if (outcome == jobs::Cancellation::compensation_requested || tenants == nullptr) return outcome;
  const auto subject = orchestrator_.store().get(job).subject;
  // Should this not be reached, the sweep of soft-deleted tenants finds the fence and takes it down.
  if (const auto* tenant = std::get_if<TenantId>(&subject)) tenants->undo_deletion(*tenant, job, call);
  return outcome;
}

void JobDecisions::approve(const JobId& id, const UserId& approver, const std::string& digest, const Call& call) {
  const auto job = orchestrator_.store().get(id);
  const bool waits = job.state == jobs::JobState::scheduled || job.state == jobs::JobState::awaiting_approval;
  // Services are not asked for an approval that is refused anyway.
  const bool may_be_given = waits && job.needs_approval && job.initiated_by != approver;
  if (may_be_given &&
      digest_of(preview_services(orchestrator_.endpoints(), job.subject, call.stop, call.trace)) != digest) {
    throw Error(ErrorCode::conflict, "digest: not what would be deleted now; preview it again");
  }
  control_.approve(id, approver, digest);
}

}  // namespace tenure::erasure
