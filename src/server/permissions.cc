#include "server/permissions.h"

#include <array>

namespace tenure::server {
namespace {

using enum CallerKind;
using P = Permission;

constexpr Callers kMembers = Callers(owner) | admin | manager | member | readonly;
constexpr Callers kAdmins = Callers(owner) | admin;
constexpr Callers kOperators = Callers(platform_admin) | service;
constexpr Callers kPerson = user;

constexpr std::array kTable{
    PermissionLine{P::read_health, "read health", kAnyone, TenantStates::no_tenant, CountedBy::nothing},
    PermissionLine{P::read_api_description, "read the API's description", kAnyone, TenantStates::no_tenant,
                   CountedBy::nothing},
    PermissionLine{P::read_keys, "read the public keys", kAnyone, TenantStates::no_tenant, CountedBy::nothing},
    PermissionLine{P::open_dashboard, "open the dashboard", kAnyone, TenantStates::no_tenant, CountedBy::nothing},
    PermissionLine{P::sign_up, "sign up", kAnyone, TenantStates::no_tenant, CountedBy::address},
    PermissionLine{P::log_in, "log in", kAnyone, TenantStates::no_tenant, CountedBy::address},
    PermissionLine{P::refresh_session, "refresh a session", kAnyone, TenantStates::no_tenant, CountedBy::address},
    PermissionLine{P::log_out, "log out", kPerson},
    PermissionLine{P::read_own_account, "read one's own account", kPerson},
    PermissionLine{P::change_own_account, "change one's own account", kPerson},
    PermissionLine{P::change_own_password, "change one's own password", kPerson, TenantStates::no_tenant,
                   CountedBy::account},
    PermissionLine{P::delete_own_account, "delete one's own account", kPerson, TenantStates::no_tenant,
                   CountedBy::account},
    PermissionLine{P::read_users, "read users", kOperators},
    PermissionLine{P::change_users, "create and change users", kOperators},
    PermissionLine{P::delete_user, "delete a user", kOperators},
    PermissionLine{P::preview_user_deletion, "preview a user's deletion", kOperators},
    PermissionLine{P::create_tenant, "create a tenant", kPerson | service},
    PermissionLine{P::list_tenants, "list tenants", kPerson | service},
    PermissionLine{P::read_tenant, "read a tenant", kMembers | kOperators, TenantStates::live},
    PermissionLine{P::update_tenant, "change a tenant", kAdmins | kOperators, TenantStates::live},
    PermissionLine{P::delete_tenant, "delete a tenant", kAdmins | service, TenantStates::any},
    PermissionLine{P::preview_tenant_deletion, "preview a tenant's deletion", kAdmins | kOperators, TenantStates::any},
    PermissionLine{P::soft_delete_tenant, "soft-delete a tenant", kAdmins | service, TenantStates::live},
    PermissionLine{P::restore_tenant, "restore a tenant", kAdmins | kOperators, TenantStates::any},
    PermissionLine{P::suspend_tenant, "suspend and activate a tenant", kOperators, TenantStates::any},
    PermissionLine{P::sweep_tenants, "sweep soft-deleted tenants", kOperators},
    PermissionLine{P::choose_default_tenant, "choose one's default tenant", kMembers, TenantStates::live},
    PermissionLine{P::read_admins, "read a tenant's admins", kPerson | service, TenantStates::any},
    PermissionLine{P::transfer_ownership, "transfer a tenant's ownership", Callers(owner) | service,
                   TenantStates::live},
    PermissionLine{P::read_members, "read members", kMembers | kOperators, TenantStates::live},
    PermissionLine{P::add_member, "add a member without an invitation", service, TenantStates::live},
    PermissionLine{P::change_members, "change and remove members", kAdmins | service, TenantStates::live},
    PermissionLine{P::leave_tenant, "leave a tenant", Callers(admin) | manager | member | readonly, TenantStates::live},
    PermissionLine{P::change_invitations, "read, make and revoke invitations", kAdmins | service, TenantStates::live},
    PermissionLine{P::accept_invitation, "accept an invitation", kPerson},
    PermissionLine{P::read_subscription, "read a subscription", kAdmins | kOperators, TenantStates::live},
    PermissionLine{P::change_subscription, "change a subscription", kOperators, TenantStates::live},
    PermissionLine{P::cancel_subscription, "cancel a subscription", Callers(owner) | kOperators, TenantStates::live},
    PermissionLine{P::read_settings, "read settings", kMembers | kOperators, TenantStates::live},
    PermissionLine{P::change_settings, "change settings", kAdmins | service, TenantStates::live},
    PermissionLine{P::read_domains, "read domains", kMembers | kOperators, TenantStates::live},
    PermissionLine{P::change_domains, "change domains", kAdmins | service, TenantStates::live},
    PermissionLine{P::user_memberships, "read and remove a user's memberships", service},
    PermissionLine{P::read_deletion_jobs, "read deletion jobs", kPerson | service},
    PermissionLine{P::watch_deletion_jobs, "watch deletion jobs", kPerson | service},
    PermissionLine{P::read_overview, "read the overview and all jobs' history", kOperators},
    PermissionLine{P::read_audit, "read the audit log", kOperators},
    PermissionLine{P::read_metrics, "read metrics", kOperators},
    PermissionLine{P::read_schemas, "read tenants' schemas, their migrations and drift", kOperators},
    PermissionLine{P::order_deletion, "order a deletion, also for later", kPerson | service},
    PermissionLine{P::cancel_deletion, "cancel a deletion", kPerson | service},
    PermissionLine{P::approve_deletion, "approve a deletion", kOperators},
    PermissionLine{P::steer_deletion, "reschedule, retry and restore a deletion", kOperators},
    PermissionLine{P::legal_holds, "read, place and release legal holds", kOperators},
    PermissionLine{P::service_deletion, "delete from a service, and preview it", service},
    PermissionLine{P::service_restoration, "take a deletion from a service back", service},
};

constexpr bool is_in_order() {
  for (std::size_t at = 0; at < kTable.size(); ++at) {
    if (static_cast<std::size_t>(kTable[at].permission) != at) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Permission::service_restoration) + 1;
}
static_assert(is_in_order(), "the table has one line for each permission, in the order of the enumerators");

}  // namespace

std::span<const PermissionLine> permission_table() { return kTable; }

const PermissionLine& line_of(Permission permission) { return kTable[static_cast<std::size_t>(permission)]; }

}  // namespace tenure::server
