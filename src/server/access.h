#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/principal.h"
#include "server/permissions.h"
#include "tenancy/members.h"

namespace tenure::server {

/// The audience of tokens for Tenure's own API; every service of the estate accepts it too.
inline constexpr std::string_view kControlAudience = "tenure";

/// Who may call a route: a line of the permission table, and for whom tokens must be made out. It has no default: a
/// route without a rule does not compile.
class AccessRule {
 public:
  /// `audience`: a service's prefix, for its deletion contract.
  static AccessRule of(Permission permission, std::string_view audience = kControlAudience) {
    return AccessRule(line_of(permission), std::string(audience));
  }

  const PermissionLine& line() const { return *line_; }
  bool is_public() const { return line_->callers.empty(); }
  /// Whether any person may call, whoever they are in the tenant.
  bool admits_people() const { return !is_public() && line_->callers != Callers(CallerKind::service); }
  /// The token audiences that the route accepts; empty when it is public.
  std::vector<std::string> audiences() const;

 private:
  AccessRule(const PermissionLine& line, std::string audience) : line_(&line), audience_(std::move(audience)) {}

  const PermissionLine* line_;
  std::string audience_;
};

/// Before anything is looked up: @throws Error(unauthenticated) when there is no principal where one is needed,
/// Error(forbidden) when it is of the wrong kind.
void require_kind(const AccessRule& rule, const std::optional<identity::Principal>& principal);

/// The whole decision, once the caller's standing and, where the rule has a tenant, their access to it are known.
/// A service or platform admin is measured by that alone. Anyone else must have one of the rule's roles in the tenant:
/// without membership that is Error(forbidden), whether the tenant exists or not; with one, in a tenant whose state the
/// rule does not admit, Error(not_found).
void require_access(const AccessRule& rule, const identity::Principal& principal,
                    const std::optional<tenancy::Access>& access);

}  // namespace tenure::server
