#pragma once

#include <memory>
#include <string>

#include "erasure/service_rounds.h"
#include "erasure/user_directory.h"

namespace tenure::erasure {

class Orchestrator;

/// The steps of a user's erasure that are no services; no service can have such a name.
inline constexpr const char* kMembershipsStep = "tenancy.memberships";
inline constexpr const char* kAccountStep = "identity.account";

/// Those of them that there are in an estate, in their order.
Services own_steps_of_user(const UserDirectory* directory);

/// One run of a job that erases a user, from where the book says it stands (spec B7): each tenant they own is handed
/// over, or deleted by a job of its own; then the user's data in every service, with re-count; then memberships; the
/// account last. Everything it does may be done again. Used once.
class UserErasureRun {
 public:
  /// `directory` may be null.
  UserErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                 std::shared_ptr<const Clock> clock, std::stop_token stop, UserDirectory* directory,
                 Orchestrator& orchestrator);

  /// How far it comes; the job has not ended by that.
  Progress run();
  /// What keeps the estate from carrying the job out; empty: nothing.
  std::vector<std::string> obstacles() const;

 private:
  Progress see_to_owned_tenants();
  /// Hands it over or deletes it, and stores what became of it.
  void see_to(const tenancy::Membership& owned);
  jobs::OwnedTenant decide(const tenancy::Membership& owned);
  void hand_over(jobs::OwnedTenant& tenant);
  void delete_tenant(jobs::OwnedTenant& tenant);
  /// The job that deletes the tenant, once it has ended; nullopt when the tenant was gone, or on a stop request.
  std::optional<jobs::Job> run_deletion(jobs::OwnedTenant& tenant);
  Progress remove_memberships();
  Progress remove_account();
  Call call() const;
  Milliseconds since(MonotonicTime start) const;

  const ServiceEndpoints& endpoints_;
  StepBook& book_;
  const std::shared_ptr<const Clock> clock_;
  const std::stop_token stop_;
  UserDirectory* const directory_;
  Orchestrator& orchestrator_;
  const UserId user_;
  ServiceRounds rounds_;
  bool waits_for_tenants_ = false;
};

}  // namespace tenure::erasure
