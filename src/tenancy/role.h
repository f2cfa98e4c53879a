#pragma once

#include <string_view>

namespace tenure::tenancy {

/// What a member may do in a tenant; the most powerful first. A tenant has exactly one owner.
enum class Role { owner, admin, manager, member, readonly };

std::string_view to_string(Role role);
/// @throws Error(invalid_argument) naming `field` and listing the roles there are.
Role parse_role(std::string_view text, std::string_view field = "role");

}  // namespace tenure::tenancy
