#include "erasure/user_directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace tenure::erasure {

bool UserDirectory::knows(const UserId& user, const Call& call) {
  if (has_accounts() && accounts_->find(user, call)) return true;
  return has_tenants() && !members_->memberships_of(user, call).empty();
}

void UserDirectory::suspend_account(const UserId& user, const Call& call) {
  if (has_accounts() && accounts_->find(user, call)) accounts_->update(user, {.is_active = false}, call);
}

std::vector<tenancy::Membership> UserDirectory::memberships(const UserId& user, const Call& call) {
  if (!has_tenants()) return {};
  return members_->memberships_of(user, call);
}

std::optional<UserDirectory::Successor> UserDirectory::find_successor(const TenantId& tenant, const UserId& owner,
                                                                      const Call& call) {
  std::vector<UserId> admins;
  for (const auto& member : members_->admins(tenant, call)) {
    if (member.user != owner) admins.push_back(member.user);
  }
  if (admins.empty()) return std::nullopt;
  if (!has_accounts()) return Successor{admins.front()};
  const auto accounts = accounts_->find_all(admins, call);
  std::optional<Successor> suspended;
  for (const auto& user : admins) {
    const auto account = accounts.find(user);
    if (account == accounts.end()) continue;
    if (account->second.is_active) return Successor{user};
    if (!suspended) suspended = Successor{user, false};
  }
  return suspended;
}

void UserDirectory::transfer_ownership(const TenantId& tenant, const UserId& from, const UserId& to, const Call& call) {
  if (has_accounts()) {
    const auto account = accounts_->find(to, call);
    if (account && !account->is_active) {
      throw Error(ErrorCode::refused,
                  "every other admin is suspended: activate one, or make another the admin, or remove them all, after "
                  "which the tenant is deleted");
    }
  }
  members_->transfer_ownership(tenant, from, to, call);
}

UserDirectory::Removal UserDirectory::remove_memberships(const UserId& user, const Call& call) {
  Removal removal;
  auto& removed = removal.counts["tenancy.tenant_members"];
  for (const auto& membership : members_->remove_everywhere(user, call)) {
    if (membership.error) {
      removal.errors.push_back(fmt::format("tenant {}: {}", membership.tenant.str(), *membership.error));
    } else {
      ++removed;
    }
  }
  if (!has_accounts() || invitations_ == nullptr) return removal;
  if (const auto account = accounts_->find(user, call)) {
    removal.counts["tenancy.invitations"] = invitations_->remove_all_to(account->email, call);
  }
  return removal;
}

jobs::Counts UserDirectory::remove_account(const UserId& user, const Call& call) {
  if (!has_accounts()) return {};
  return accounts_->remove(user, call);
}

}  // namespace tenure::erasure
