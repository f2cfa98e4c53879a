#include "erasure/erase_user.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::erasure {
namespace {

constexpr Milliseconds kLookupTimeout{15000};

bool is_complete(const std::vector<ServicePreview>& services) {
  return std::all_of(services.begin(), services.end(), [](const auto& one) { return one.preview.has_value(); });
}

}  // namespace

std::int64_t UserDeletionPreview::total_items() const {
  std::int64_t total = 0;
  for (const auto& one : services) {
    if (one.preview) total += store::total_of(one.preview->data_counts) + store::total_of(one.preview->changed_counts);
  }
  return total;
}

UserDeletionPreview EraseUser::preview(const UserId& user, const Call& call) const {
  UserDeletionPreview preview{.user = user,
                              .owned_tenants = {},
                              .services = preview_services(orchestrator_.endpoints(), user, call.stop, call.trace)};
  bool is_known = preview.total_items() > 0 || !is_complete(preview.services);
  if (directory_ != nullptr) {
    is_known = is_known || directory_->knows(user, call);
    const auto memberships = directory_->memberships(user, call);
    preview.memberships = std::ssize(memberships);
    preview.owned_tenants = owned_tenants(memberships, user, call);
  }
  if (!is_known) throw Error(ErrorCode::not_found, fmt::format("user_id: there is no user {}", user.str()));
  return preview;
}

std::vector<OwnedTenantPreview> EraseUser::owned_tenants(const std::vector<tenancy::Membership>& memberships,
                                                         const UserId& user, const Call& call) const {
  std::vector<OwnedTenantPreview> owned;
  for (const auto& membership : memberships) {
    if (membership.role != tenancy::Role::owner) continue;
    OwnedTenantPreview tenant{.tenant = membership.tenant, .tenant_name = membership.tenant_name, .new_owner = {}};
    if (membership.tenant_status != tenancy::TenantStatus::deleting) {
      const auto next = directory_->find_successor(membership.tenant, user, call);
      if (next && next->is_active) tenant.new_owner = next->user;
      tenant.is_blocked = next && !next->is_active;
    }
    owned.push_back(std::move(tenant));
  }
  return owned;
}

// Services are asked only when neither an account nor a membership is there: somebody else may keep the users.
void EraseUser::require_known(const UserId& user, const Call& call) const {
  if (directory_ != nullptr && directory_->knows(user, call)) return;
  preview(user, call);
}

jobs::NewJob EraseUser::job_for(const Order& order, const Call& call) const {
  return {.subject = order.user,
          .initiated_by = order.initiated_by,
          .services = orchestrator_.steps(SubjectKind::user),
          .run_at = order.run_at,
          .priority = order.priority,
          .by = order.by,
          .trace = call.trace.value_or(TraceContext::start())};
}

JobId EraseUser::enqueue(const Order& order, const Call& call) {
  require_known(order.user, call);
  const auto job = store_.enqueue(job_for(order, call));
  // The run does it as well; here it is at once.
  if (directory_ != nullptr && !order.run_at) directory_->suspend_account(order.user, call);
  return job;
}

jobs::Job EraseUser::run_to_end(const Order& order, const std::string& owner, const std::stop_token& stop,
                                const ErasureListener& listener) {
  const Call call{Deadline::after(kLookupTimeout), stop};
  if (auto taken = orchestrator_.take_over(order.user, owner, stop, listener)) return *std::move(taken);
  return orchestrator_.run_to_end(enqueue(order, call), owner, stop, listener);
}

}  // namespace tenure::erasure
