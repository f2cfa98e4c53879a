#include "tenancy/role.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"

namespace tenure::tenancy {
namespace {

constexpr std::array kRoles{Role::owner, Role::admin, Role::manager, Role::member, Role::readonly};

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::owner:
      return "owner";
    case Role::admin:
      return "admin";
    case Role::manager:
      return "manager";
    case Role::member:
      return "member";
    case Role::readonly:
      return "readonly";
  }
  return "readonly";
}

Role parse_role(std::string_view text, std::string_view field) {
  for (const auto role : kRoles) {
    if (text == to_string(role)) return role;
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: not one of owner, admin, manager, member and readonly", field));
}

}  // namespace tenure::tenancy
