#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/principal.h"

namespace tenure::server {

/// The audience of tokens for Tenure's own API; every service of the estate accepts it too.
inline constexpr std::string_view kControlAudience = "tenure";

/// Who may call a route. It has no default: a route without a rule does not compile.
class AccessRule {
 public:
  enum class Kind { public_, any_authenticated, service_only };

  /// Anyone, without a token.
  static AccessRule public_() { return AccessRule(Kind::public_, {}); }
  /// Any user or service with a valid token.
  static AccessRule any_authenticated() { return AccessRule(Kind::any_authenticated, std::string(kControlAudience)); }
  /// A service token for `audience`, or for the whole of Tenure; a user's token is forbidden.
  static AccessRule service_only(std::string_view audience = kControlAudience) {
    return AccessRule(Kind::service_only, std::string(audience));
  }

  Kind kind() const { return kind_; }
  /// The token audiences that the route accepts; empty when it is public.
  std::vector<std::string> audiences() const;

 private:
  AccessRule(Kind kind, std::string audience) : kind_(kind), audience_(std::move(audience)) {}

  Kind kind_;
  std::string audience_;
};

std::string_view to_string(AccessRule::Kind kind);

/// The decision, once the token is read. @throws Error(unauthenticated) when there is no principal where one is needed,
/// Error(forbidden) when it is of the wrong kind.
void require_access(const AccessRule& rule, const std::optional<identity::Principal>& principal);

}  // namespace tenure::server
