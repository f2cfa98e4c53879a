#include "server/access.h"

#include "base/error.h"

namespace tenure::server {
namespace {

CallerKind kind_of(tenancy::Role role) {
  switch (role) {
    case tenancy::Role::owner:
      return CallerKind::owner;
    case tenancy::Role::admin:
      return CallerKind::admin;
    case tenancy::Role::manager:
      return CallerKind::manager;
    case tenancy::Role::member:
      return CallerKind::member;
    case tenancy::Role::readonly:
      return CallerKind::readonly;
  }
  return CallerKind::readonly;
}

Error forbidden() { return Error(ErrorCode::forbidden, "the caller may not do this"); }

void require_membership(const PermissionLine& line, const tenancy::Access& access) {
  if (!access.role) throw forbidden();
  if (line.tenant == TenantStates::live && !access.is_live()) {
    throw Error(ErrorCode::not_found, "tenant_id: there is no such tenant");
  }
  if (!line.callers.has(kind_of(*access.role))) throw forbidden();
}

}  // namespace

std::vector<std::string> AccessRule::audiences() const {
  if (is_public()) return {};
  if (audience_ == kControlAudience) return {audience_};
  return {audience_, std::string(kControlAudience)};
}

void require_kind(const AccessRule& rule, const std::optional<identity::Principal>& principal) {
  if (rule.is_public()) return;
  if (!principal) throw Error(ErrorCode::unauthenticated, "a bearer token is needed");
  if (principal->is_service() && !rule.line().callers.has(CallerKind::service)) {
    throw Error(ErrorCode::forbidden, "this route is for people; a service's token may not call it");
  }
  if (principal->is_user() && !rule.admits_people()) {
    throw Error(ErrorCode::forbidden, "this route is for service tokens; a user's token may not call it");
  }
}

void require_access(const AccessRule& rule, const identity::Principal& principal,
                    const std::optional<tenancy::Access>& access) {
  const auto& line = rule.line();
  if (rule.is_public()) return;
  if (principal.is_service()) {
    if (!line.callers.has(CallerKind::service)) throw forbidden();
    return;
  }
  if (principal.is_platform_admin && line.callers.has(CallerKind::platform_admin)) return;
  if (line.callers.has(CallerKind::user)) return;
  require_membership(line, access.value_or(tenancy::Access()));
}

}  // namespace tenure::server
