#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The permission table (spec B10): one line for everything that can be asked of Tenure over HTTP. A route names its
/// line; nothing else decides who may call it. docs/permissions.md shows the table; a test tries every line.
namespace tenure::server {

/// Who a caller can be. A person is `user` everywhere, and in a tenant what their membership says.
enum class CallerKind : std::uint8_t { service, user, platform_admin, owner, admin, manager, member, readonly };

/// A set of kinds of callers.
class Callers {
 public:
  constexpr Callers() = default;
  constexpr Callers(CallerKind kind)
      : bits_(static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind))) {}  // NOLINT
  constexpr Callers operator|(Callers other) const { return Callers(static_cast<std::uint16_t>(bits_ | other.bits_)); }
  constexpr bool has(CallerKind kind) const { return (bits_ & Callers(kind).bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const Callers&) const = default;

 private:
  constexpr explicit Callers(std::uint16_t bits) : bits_(bits) {}
  std::uint16_t bits_ = 0;
};

/// Nobody in particular: such a route needs no token.
inline constexpr Callers kAnyone{};

/// In which states of the tenant in its path a route can be called by members. Services and platform admins can call it
/// in all of them; there it is the operation that says what is impossible.
enum class TenantStates { no_tenant, live, any };

/// By what requests are counted for the limit of their rate. `account` is the caller again, but within the limit of
/// log-ins: such a route takes a password.
enum class CountedBy { nothing, caller, address, account };

enum class Permission {
  read_health,
  read_api_description,
  read_keys,
  open_dashboard,
  sign_up,
  log_in,
  refresh_session,
  log_out,
  read_own_account,
  change_own_account,
  change_own_password,
  delete_own_account,
  read_users,
  change_users,
  delete_user,
  preview_user_deletion,
  create_tenant,
  list_tenants,
  read_tenant,
  update_tenant,
  delete_tenant,
  preview_tenant_deletion,
  soft_delete_tenant,
  restore_tenant,
  suspend_tenant,
  sweep_tenants,
  choose_default_tenant,
  read_admins,
  transfer_ownership,
  read_members,
  add_member,
  change_members,
  leave_tenant,
  change_invitations,
  accept_invitation,
  read_subscription,
  change_subscription,
  cancel_subscription,
  read_settings,
  change_settings,
  read_domains,
  change_domains,
  user_memberships,
  read_deletion_jobs,
  watch_deletion_jobs,
  read_overview,
  read_audit,
  read_metrics,
  read_schemas,
  order_deletion,
  cancel_deletion,
  approve_deletion,
  steer_deletion,
  legal_holds,
  service_deletion,
  service_restoration,
};

struct PermissionLine {
  Permission permission;
  std::string_view name;  ///< as in docs/permissions.md: "delete tenant"
  Callers callers;
  TenantStates tenant = TenantStates::no_tenant;
  CountedBy counted_by = CountedBy::caller;
};

/// All lines, in the order of the enumerators.
std::span<const PermissionLine> permission_table();
const PermissionLine& line_of(Permission permission);

}  // namespace tenure::server
