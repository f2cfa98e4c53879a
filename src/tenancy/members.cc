#include "tenancy/members.h"

#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

std::vector<Member> read_members(const pg::Result& rows) {
  std::vector<Member> members;
  for (int row = 0; row < rows.rows(); ++row) members.push_back(read_member(rows, row));
  return members;
}

std::optional<Member> find_member(pg::Transaction& transaction, const TenantId& tenant, const UserId& user) {
  const auto rows = transaction.exec(sql::kFindMember, pg::Params(tenant, user));
  if (rows.empty()) return std::nullopt;
  return read_member(rows, 0);
}

void refuse_owner_role(Role role) {
  if (role == Role::owner) {
    throw Error(ErrorCode::invalid_argument, "role: a tenant has one owner; its ownership is transferred");
  }
}

Error is_owner() { return Error(ErrorCode::conflict, "user_id: the owner; transfer the ownership first"); }

/// That whoever has the role `by` may give the user the role `next`, or take away the one they have. The tenant is
/// locked, so that it holds until the change. @throws as Members::change_role.
void require_changeable(pg::Transaction& transaction, const TenantId& tenant, const UserId& user,
                        std::optional<Role> next, std::optional<Role> by) {
  const auto member = find_member(transaction, tenant, user);
  if (!member) throw no_such_member();
  if (member->role == Role::owner) throw is_owner();
  const bool is_about_admins = member->role == Role::admin || next == Role::admin;
  if (is_about_admins && by && *by != Role::owner) {
    throw Error(ErrorCode::forbidden, "role: only the owner makes and unmakes admins");
  }
}

Member set_role(pg::Transaction& transaction, const TenantId& tenant, const UserId& user, Role role) {
  return read_member(transaction.exec(sql::kChangeRole, pg::Params(tenant, user, to_string(role))), 0);
}

Membership read_membership(const pg::Result& rows, int row) {
  return {.tenant = TenantId::parse(rows.text(row, 0)),
          .tenant_name = rows.text(row, 1),
          .role = parse_role(rows.text(row, 2)),
          .is_default = rows.boolean(row, 3),
          .tenant_status = parse_tenant_status(rows.text(row, 4)),
          .is_tenant_deleted = rows.boolean(row, 5)};
}

}  // namespace

Access Members::find_access(const TenantId& tenant, const UserId& user, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kFindAccess, pg::Params(tenant, user));
  if (rows.empty()) return {};
  Access access{.status = parse_tenant_status(rows.text(0, 0)), .is_deleted = rows.boolean(0, 1), .role = {}};
  if (!rows.is_null(0, 2)) access.role = parse_role(rows.text(0, 2));
  return access;
}

std::vector<Member> Members::list(const TenantId& tenant, const Call& call) { return read(tenant, false, call); }

std::vector<Member> Members::admins(const TenantId& tenant, const Call& call) { return read(tenant, true, call); }

// A tenant always has its owner among its members, so none means that there is no tenant.
std::vector<Member> Members::read(const TenantId& tenant, bool only_admins, const Call& call) {
  auto session = database_.take(call);
  auto members = read_members(session->exec(sql::kListMembers, pg::Params(tenant, only_admins)));
  if (members.empty()) throw no_such_tenant();
  return members;
}

Member Members::add(const TenantId& tenant, const UserId& user, Role role, const Call& call) {
  refuse_owner_role(role);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  transaction.exec(sql::kLockUser, pg::Params(user));
  const auto rows = transaction.exec(sql::kAddMember, pg::Params(tenant, user, to_string(role)));
  if (rows.empty()) throw Error(ErrorCode::conflict, "user_id: a member already");
  note(transaction, audit::Action::member_added, tenant, call, user);
  transaction.commit();
  return read_member(rows, 0);
}

Member Members::change_role(const TenantId& tenant, const UserId& user, Role role, const Call& call,
                            std::optional<Role> by) {
  refuse_owner_role(role);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  require_changeable(transaction, tenant, user, role, by);
  auto changed = set_role(transaction, tenant, user, role);
  note(transaction, audit::Action::member_changed, tenant, call, user);
  transaction.commit();
  return changed;
}

void Members::remove(const TenantId& tenant, const UserId& user, const Call& call, std::optional<Role> by) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  require_changeable(transaction, tenant, user, std::nullopt, by);
  transaction.exec(sql::kRemoveMember, pg::Params(tenant, user));
  note(transaction, audit::Action::member_removed, tenant, call, user);
  transaction.commit();
}

void Members::transfer_ownership(const TenantId& tenant, const std::optional<UserId>& from, const UserId& to,
                                 const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  const auto before = lock_changeable(transaction, tenant);
  if (before.owner == to) return;
  if (from && before.owner != *from) {
    throw Error(ErrorCode::conflict, "tenant_id: its ownership has been transferred meanwhile");
  }
  const auto heir = find_member(transaction, tenant, to);
  if (!heir || heir->role != Role::admin) {
    throw Error(ErrorCode::conflict, "new_owner_id: not an admin of this tenant");
  }
  set_role(transaction, tenant, before.owner, Role::admin);
  set_role(transaction, tenant, to, Role::owner);
  transaction.exec(sql::kSetOwner, pg::Params(tenant, to));
  note(transaction, audit::Action::ownership_transferred, tenant, call, to);
  transaction.commit();
}

std::vector<Membership> Members::memberships_of(const UserId& user, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListMemberships, pg::Params(user));
  std::vector<Membership> memberships;
  for (int row = 0; row < rows.rows(); ++row) memberships.push_back(read_membership(rows, row));
  return memberships;
}

std::vector<RemovedMembership> Members::remove_everywhere(const UserId& user, const Call& call) {
  std::vector<RemovedMembership> removed;
  for (const auto& membership : memberships_of(user, call)) {
    RemovedMembership one{.tenant = membership.tenant, .role = membership.role, .error = {}};
    try {
      remove_or_fail(membership.tenant, user, call);
    } catch (const Error& error) {
      one.error = error.what();
    }
    removed.push_back(std::move(one));
  }
  return removed;
}

// Also from a tenant that is being deleted: whoever leaves a sinking ship changes nothing that its deletion needs.
void Members::remove_or_fail(const TenantId& tenant, const UserId& user, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_tenant(transaction, tenant);
  const auto member = find_member(transaction, tenant, user);
  if (member && member->role == Role::owner) throw is_owner();
  transaction.exec(sql::kRemoveMember, pg::Params(tenant, user));
  note(transaction, audit::Action::member_removed, tenant, call, user);
  transaction.commit();
}

void Members::set_default(const TenantId& tenant, const UserId& user, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  transaction.exec(sql::kLockUser, pg::Params(user));
  transaction.exec(sql::kClearDefault, pg::Params(user));
  if (transaction.exec(sql::kSetDefault, pg::Params(tenant, user)).affected() == 0) {
    throw Error(ErrorCode::not_found, "tenant_id: the user is no member of such a tenant");
  }
  transaction.commit();
}

}  // namespace tenure::tenancy
