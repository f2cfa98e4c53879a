#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "erasure/deletion_preview.h"
#include "erasure/orchestrator.h"
#include "erasure/user_directory.h"

namespace tenure::erasure {

/// What would become of a tenant that the user owns.
struct OwnedTenantPreview {
  TenantId tenant;
  std::string tenant_name;
  std::optional<UserId> new_owner;  ///< nullopt: nobody is there to take over, so the tenant goes with all its data
  bool is_blocked = false;          ///< every other admin is suspended: neither happens, and the job will fail
};

/// What an erasure of a user would do now.
struct UserDeletionPreview {
  UserId user;
  std::vector<OwnedTenantPreview> owned_tenants;
  std::int64_t memberships = 0;  ///< those as owner included
  std::vector<ServicePreview> services;

  /// Rows to delete or to change; only of the services that answered.
  std::int64_t total_items() const;
};

/// The operation "erase this user" (spec B7): from every tenant, every service, and as the last step the account.
/// Thread-safe.
class EraseUser {
 public:
  struct Order {
    UserId user;
    std::optional<UserId> initiated_by = std::nullopt;
    std::optional<WallTime> run_at = std::nullopt;  ///< absent: as soon as possible
    int priority = 0;                               ///< -100 to 100; the highest goes first
    std::optional<jobs::Actor> by = std::nullopt;   ///< absent: the user initiated_by, else nobody in particular
  };

  /// Without a directory of users there are no tenants, memberships and accounts to see to, only the services' rows.
  explicit EraseUser(Orchestrator& orchestrator)
      : store_(orchestrator.store()), orchestrator_(orchestrator), directory_(orchestrator.directories().users) {}

  /// @throws Error(not_found) for a user whom neither an account nor a membership nor any service knows.
  UserDeletionPreview preview(const UserId& user, const Call& call) const;

  /// Leaves a job for an orchestrator to claim, and suspends the account, so that nothing new comes of it; with run_at
  /// that is done when the job begins.
  /// @throws Error(not_found) as preview, Error(conflict) naming the active job when there is one.
  JobId enqueue(const Order& order, const Call& call);

  /// Makes a job and runs it here to its end. A job of this user that nobody works on any more is taken over instead.
  /// @throws as enqueue and Orchestrator::run.
  jobs::Job run_to_end(const Order& order, const std::string& owner, const std::stop_token& stop,
                       const ErasureListener& listener = {});

 private:
  void require_known(const UserId& user, const Call& call) const;
  jobs::NewJob job_for(const Order& order, const Call& call) const;
  std::vector<OwnedTenantPreview> owned_tenants(const std::vector<tenancy::Membership>& memberships, const UserId& user,
                                                const Call& call) const;

  jobs::JobStore& store_;
  Orchestrator& orchestrator_;
  UserDirectory* const directory_;
};

}  // namespace tenure::erasure
