#include "erasure/user_erasure_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "erasure/erase_tenant.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::OwnedTenant;
using jobs::StepState;

constexpr Milliseconds kLookupTimeout{30000};
constexpr int kSuccessors = 3;  // tried when the first ones leave at the very moment

Services names_of(const ServiceEndpoints& endpoints) {
  Services names;
  for (const auto& endpoint : endpoints) names.push_back(endpoint.name);
  return names;
}

/// The account is gone, or its removal has begun.
bool has_begun(const StepBook& book, const char* step) { return book.step(step).state != StepState::pending; }

store::DeletionResult result_of(const char* step, const UserId& user, jobs::Counts counts) {
  return {.service = step, .subject = user, .success = true, .deleted_counts = std::move(counts)};
}

}  // namespace

Services own_steps_of_user(const UserDirectory* directory) {
  Services steps;
  if (directory != nullptr && directory->has_tenants()) steps.emplace_back(kMembershipsStep);
  if (directory != nullptr && directory->has_accounts()) steps.emplace_back(kAccountStep);
  return steps;
}

UserErasureRun::UserErasureRun(const ServiceEndpoints& endpoints, StepBook& book, const OrchestratorSettings& settings,
                               std::shared_ptr<const Clock> clock, std::stop_token stop, UserDirectory* directory,
                               Orchestrator& orchestrator)
    : endpoints_(endpoints),
      book_(book),
      clock_(clock),
      stop_(stop),
      directory_(directory),
      orchestrator_(orchestrator),
      user_(std::get<UserId>(book.subject())),
      rounds_(endpoints, book, settings, std::move(clock), std::move(stop)) {}

std::vector<std::string> UserErasureRun::obstacles() const {
  return rounds_.differences_from_estate(own_steps_of_user(directory_));
}

Progress UserErasureRun::run() {
  const Services services = names_of(endpoints_);
  const bool has_accounts = directory_ != nullptr && directory_->has_accounts();
  if (has_accounts && !has_begun(book_, kAccountStep)) directory_->suspend_account(user_, call());
  // A tenant that could neither be handed over nor deleted does not hold up the services' own part of the work.
  const auto tenants = see_to_owned_tenants();
  if (tenants == Progress::stopped || tenants == Progress::waiting) return tenants;
  if (const auto erased = rounds_.erase(services); erased != Progress::clean) return erased;
  if (book_.state() == JobState::running) book_.advance(JobState::verifying);
  if (const auto verified = rounds_.verify(services); verified != Progress::clean) return verified;
  // One may have been handed to the user before the account was suspended.
  if (const auto late = see_to_owned_tenants(); late != Progress::clean) return late;
  if (const auto removed = remove_memberships(); removed != Progress::clean) return removed;
  return remove_account();
}

Progress UserErasureRun::see_to_owned_tenants() {
  if (directory_ == nullptr || !directory_->has_tenants()) return Progress::clean;
  while (!stop_.stop_requested() && !book_.has_failures() && !waits_for_tenants_) {
    auto owned = directory_->memberships(user_, call());
    std::erase_if(owned, [](const auto& membership) { return membership.role != tenancy::Role::owner; });
    if (owned.empty()) break;
    for (const auto& membership : owned) {
      if (!stop_.stop_requested()) see_to(membership);
    }
  }
  return waits_for_tenants_ && !stop_.stop_requested() ? Progress::waiting : rounds_.progress();
}

void UserErasureRun::see_to(const tenancy::Membership& owned) {
  const auto known = book_.owned_tenants().find(owned.tenant);
  const bool goes_on = known != book_.owned_tenants().end() && known->second.state == StepState::pending;
  auto tenant = goes_on ? known->second : decide(owned);
  if (!goes_on) book_.put_owned_tenant(tenant);
  try {
    tenant.new_owner ? hand_over(tenant) : delete_tenant(tenant);
  } catch (const Error& error) {
    if (stop_.stop_requested()) return;
    tenant.state = StepState::failed;
    tenant.errors = {error.what()};
  }
  if (tenant.state != StepState::pending) book_.put_owned_tenant(tenant);
}

OwnedTenant UserErasureRun::decide(const tenancy::Membership& owned) {
  OwnedTenant tenant{.tenant = owned.tenant};
  // One that is being deleted has no future to hand over.
  if (owned.tenant_status != tenancy::TenantStatus::deleting) {
    if (const auto next = directory_->find_successor(owned.tenant, user_, call())) tenant.new_owner = next->user;
  }
  if (!tenant.new_owner) {
    const auto active = orchestrator_.store().find_active(owned.tenant);
    tenant.deletion_job = active.value_or(JobId::random());
  }
  return tenant;
}

void UserErasureRun::hand_over(OwnedTenant& tenant) {
  for (int tried = 1;; ++tried) {
    try {
      directory_->transfer_ownership(tenant.tenant, user_, *tenant.new_owner, call());
      tenant.state = StepState::done;
      return;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::conflict || tried == kSuccessors) throw;
    }
    const auto next = directory_->find_successor(tenant.tenant, user_, call());
    if (!next) {
      // Whoever was to take over has left: now it is a tenant without another admin.
      tenant.new_owner.reset();
      tenant.deletion_job = orchestrator_.store().find_active(tenant.tenant).value_or(JobId::random());
      book_.put_owned_tenant(tenant);
      return delete_tenant(tenant);
    }
    tenant.new_owner = next->user;
    book_.put_owned_tenant(tenant);
  }
}

void UserErasureRun::delete_tenant(OwnedTenant& tenant) {
  const auto job = run_deletion(tenant);
  if (stop_.stop_requested() && (!job || !jobs::is_terminal(job->state))) return;
  if (!job || job->state == JobState::completed) {
    tenant.state = StepState::done;
  } else if (jobs::is_terminal(job->state)) {
    tenant.state = StepState::failed;
    tenant.errors = {fmt::format("its deletion, job {}, {}", job->id.str(), jobs::to_string(job->state))};
  } else {
    // Somebody has to approve it, or to release a hold.
    waits_for_tenants_ = true;
  }
}

// It runs here, not on another worker, so that no number of such jobs can wait for each other's workers.
std::optional<jobs::Job> UserErasureRun::run_deletion(OwnedTenant& tenant) {
  auto& store = orchestrator_.store();
  if (!store.find(*tenant.deletion_job)) {
    try {
      EraseTenant(orchestrator_)
          .enqueue({.tenant = tenant.tenant, .initiated_by = book_.initiated_by(), .job = tenant.deletion_job}, call());
    } catch (const Error& error) {
      if (error.code() == ErrorCode::not_found) return std::nullopt;
      const auto active = store.find_active(tenant.tenant);
      if (error.code() != ErrorCode::conflict || !active) throw;
      tenant.deletion_job = active;
      book_.put_owned_tenant(tenant);
    }
  }
  return orchestrator_.run_to_end(*tenant.deletion_job, fmt::format("job/{}", book_.lease().job.str()), stop_);
}

Progress UserErasureRun::remove_memberships() {
  if (directory_ == nullptr || !directory_->has_tenants()) return Progress::clean;
  if (!is_outstanding(book_.step(kMembershipsStep))) return rounds_.progress();
  book_.begin(kMembershipsStep);
  const auto start = clock_->monotonic();
  auto removal = directory_->remove_memberships(user_, call());
  const auto duration = since(start);
  if (removal.errors.empty()) {
    book_.finish(kMembershipsStep, result_of(kMembershipsStep, user_, std::move(removal.counts)), duration);
  } else {
    book_.note_call({.job = book_.lease().job,
                     .service = kMembershipsStep,
                     .duration = duration,
                     .failure = CallFailure::permanent});
    book_.fail(kMembershipsStep, StepState::failed, std::move(removal.errors), duration);
  }
  return rounds_.progress();
}

Progress UserErasureRun::remove_account() {
  if (directory_ == nullptr || !directory_->has_accounts()) return Progress::clean;
  if (!is_outstanding(book_.step(kAccountStep))) return rounds_.progress();
  book_.begin(kAccountStep);
  const auto start = clock_->monotonic();
  auto counts = directory_->remove_account(user_, call());
  book_.finish(kAccountStep, result_of(kAccountStep, user_, std::move(counts)), since(start));
  return rounds_.progress();
}

Milliseconds UserErasureRun::since(MonotonicTime start) const {
  return std::chrono::duration_cast<Milliseconds>(clock_->monotonic() - start);
}

Call UserErasureRun::call() const { return Call{Deadline::after(kLookupTimeout), stop_, book_.trace()}; }

}  // namespace tenure::erasure
