#include "server/access.h"

#include "base/error.h"

namespace tenure::server {

std::vector<std::string> AccessRule::audiences() const {
  if (kind_ == Kind::public_) return {};
  if (audience_ == kControlAudience) return {audience_};
  return {audience_, std::string(kControlAudience)};
}

std::string_view to_string(AccessRule::Kind kind) {
  switch (kind) {
    case AccessRule::Kind::public_:
      return "public";
    case AccessRule::Kind::any_authenticated:
      return "any authenticated";
    case AccessRule::Kind::service_only:
      return "service only";
  }
  return "service only";
}

void require_access(const AccessRule& rule, const std::optional<identity::Principal>& principal) {
  if (rule.kind() == AccessRule::Kind::public_) return;
  if (!principal) throw Error(ErrorCode::unauthenticated, "a bearer token is needed");
  if (rule.kind() == AccessRule::Kind::service_only && !principal->is_service()) {
    throw Error(ErrorCode::forbidden, "this route is for service tokens; a user's token may not call it");
  }
}

}  // namespace tenure::server
