#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "erasure/deletion_preview.h"
#include "erasure/orchestrator.h"
#include "erasure/tenant_record.h"

namespace tenure::erasure {

/// A person must have typed the tenant's name, or its id when the estate knows no names. Surrounding blanks do not
/// count; everything else does. @throws Error(invalid_argument) "confirm: …".
void require_confirmation(std::string_view tenant_name, std::string_view typed);

/// The operation "erase this tenant", as the command line and the server offer it. Thread-safe.
class EraseTenant {
 public:
  struct Order {
    TenantId tenant;
    std::optional<UserId> initiated_by = std::nullopt;
    std::optional<JobId> job =
        std::nullopt;  ///< the id that the job is to have; giving the same order again is harmless
    std::optional<WallTime> run_at = std::nullopt;  ///< absent: as soon as possible
    int priority = 0;                               ///< -100 to 100; the highest goes first
    std::optional<jobs::Actor> by = std::nullopt;   ///< absent: the user initiated_by, else nobody in particular
  };

  /// Without a directory of tenants these have no names, and any id is accepted.
  explicit EraseTenant(Orchestrator& orchestrator)
      : store_(orchestrator.store()), orchestrator_(orchestrator), directory_(orchestrator.directories().tenants) {}

  /// What an erasure would do now, with the tenant's name. A tenant without a record is shown as long as any service
  /// has rows of it. @throws Error(not_found) when there is neither.
  DeletionPreview preview(const TenantId& tenant, const Call& call) const;

  /// Leaves a job for an orchestrator to claim. A job that can begin at once fences the tenant; one that waits for its
  /// time or for an approval does so when it begins. @throws Error(not_found) for an unknown tenant,
  /// Error(conflict) naming the active job when there is one.
  JobId enqueue(const Order& order, const Call& call);

  /// Makes a job and runs it here until it has ended, or waits for an approval, its time, or the release of a hold. A
  /// job of this tenant that nobody works on any more is taken over instead. @throws as enqueue and Orchestrator::run.
  jobs::Job run_to_end(const Order& order, const std::string& owner, const std::stop_token& stop,
                       const ErasureListener& listener = {});

 private:
  std::optional<std::string> name_of(const TenantId& tenant, const Call& call) const;
  /// Refuses beside an active job and under a hold, fences, and says what job to make.
  jobs::NewJob prepare(const Order& order, const Call& call);
  /// The order was refused behind its fence: that names the job there is, or goes.
  void lower_fence_of_no_job(const TenantId& tenant, const JobId& job, const Error& refusal, const Call& call);

  jobs::JobStore& store_;
  Orchestrator& orchestrator_;
  TenantDirectory* const directory_;
};

}  // namespace tenure::erasure
