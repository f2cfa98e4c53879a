#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "base/email.h"
#include "base/error.h"
#include "base/ids.h"
#include "pg/pool.h"
#include "tenancy/role.h"
#include "tenancy/tenant.h"

namespace tenure::tenancy {

struct Member {
  UserId user;
  Role role = Role::member;
  bool is_default = false;  ///< the tenant that this user's requests are for when they name none
  WallTime joined_at;
};

/// One of a user's tenants.
struct Membership {
  TenantId tenant;
  std::string tenant_name;
  Role role = Role::member;
  bool is_default = false;
  TenantStatus tenant_status = TenantStatus::active;
  bool is_tenant_deleted = false;  ///< soft-deleted
};

/// How a user stands to a tenant, in one statement.
struct Access {
  std::optional<TenantStatus> status;  ///< nullopt: there is no such tenant
  bool is_deleted = false;             ///< soft-deleted
  std::optional<Role> role;            ///< nullopt: not a member

  bool is_live() const { return status == TenantStatus::active && !is_deleted; }
};

/// What became of one membership.
struct RemovedMembership {
  TenantId tenant;
  Role role = Role::member;
  std::optional<std::string> error;  ///< why it is still there
};

/// Who belongs to which tenant. Thread-safe; throws as Tenants. A change of a tenant that is being deleted is
/// Error(conflict).
class Members {
 public:
  explicit Members(pg::Pool& database) : database_(database) {}

  Access find_access(const TenantId& tenant, const UserId& user, const Call& call);

  /// The owner first, then by age.
  std::vector<Member> list(const TenantId& tenant, const Call& call);
  /// Owner and admins, the owner first, then by age: the first admin is the one who has been there longest.
  std::vector<Member> admins(const TenantId& tenant, const Call& call);

  /// A user's first tenant becomes the default one. @throws Error(conflict) when the user is a member,
  /// Error(invalid_argument) for the role owner: ownership is transferred.
  Member add(const TenantId& tenant, const UserId& user, Role role, const Call& call);
  /// `by` is the role of the member who does it; absent for anybody else. Only the owner makes and unmakes admins.
  /// @throws Error(not_found) "user_id: …" when the user is no member, Error(conflict) for the owner, Error(forbidden)
  /// when `by` is not enough, Error(invalid_argument) for the role owner.
  Member change_role(const TenantId& tenant, const UserId& user, Role role, const Call& call,
                     std::optional<Role> by = std::nullopt);
  /// @throws as change_role. Whoever leaves says nothing of `by`.
  void remove(const TenantId& tenant, const UserId& user, const Call& call, std::optional<Role> by = std::nullopt);

  /// Makes an admin the owner and the owner an admin, in one transaction (spec B3). With `from` it does so only while
  /// that user is the owner, so that of two transfers at once one is refused. Done already, it changes nothing.
  /// @throws Error(conflict) when `from` is not the owner (any more), when `to` is not an admin, while the tenant is
  /// being deleted; Error(not_found) for an unknown tenant.
  void transfer_ownership(const TenantId& tenant, const std::optional<UserId>& from, const UserId& to,
                          const Call& call);

  /// In all states of tenants; the oldest membership first.
  std::vector<Membership> memberships_of(const UserId& user, const Call& call);
  /// Removes the user from every tenant, each in a transaction of its own (spec B2). A membership of an owner stays and
  /// says so.
  std::vector<RemovedMembership> remove_everywhere(const UserId& user, const Call& call);
  /// @throws Error(not_found) "tenant_id: …" when the user is no member.
  void set_default(const TenantId& tenant, const UserId& user, const Call& call);

 private:
  std::vector<Member> read(const TenantId& tenant, bool only_admins, const Call& call);
  void remove_or_fail(const TenantId& tenant, const UserId& user, const Call& call);

  pg::Pool& database_;
};

}  // namespace tenure::tenancy
