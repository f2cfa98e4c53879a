#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

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
    std::optional<UserId> initiated_by;
  };

  /// `directory` may be null: then tenants have no names and any id is accepted.
  EraseTenant(jobs::JobStore& store, Orchestrator& orchestrator, TenantDirectory* directory)
      : store_(store), orchestrator_(orchestrator), directory_(directory) {}

  /// What an erasure would do now, with the tenant's name. A tenant without a record is shown as long as any service
  /// has rows of it. @throws Error(not_found) when there is neither.
  DeletionPreview preview(const TenantId& tenant, const Call& call) const;

  /// Leaves a job for an orchestrator to claim. @throws Error(not_found) for an unknown tenant, Error(conflict) naming
  /// the active job when there is one.
  JobId enqueue(const Order& order, const Call& call);

  /// Makes a job and runs it here to its end. A job of this tenant that nobody works on any more is taken over
  /// instead. @throws as enqueue and Orchestrator::run.
  jobs::Job run_to_end(const Order& order, const std::string& owner, const std::stop_token& stop,
                       const ErasureListener& listener = {});

 private:
  std::optional<std::string> name_of(const TenantId& tenant, const Call& call) const;
  jobs::NewJob job_for(const Order& order, const Call& call) const;
  jobs::Lease lease_for(const Order& order, const std::string& owner, const Call& call);

  jobs::JobStore& store_;
  Orchestrator& orchestrator_;
  TenantDirectory* const directory_;
};

}  // namespace tenure::erasure
