#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tenure::cli {

/// Text for a terminal, made of the bodies of the HTTP API's routes about users (server/auth_routes.h).

std::string user_text(const nlohmann::json& user);
std::string user_list_text(const nlohmann::json& page);
std::string membership_list_text(const nlohmann::json& body);
/// Of the answer to the removal of all memberships of a user.
std::string removed_memberships_text(const nlohmann::json& body);

}  // namespace tenure::cli
