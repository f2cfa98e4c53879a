#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tenure::cli {

/// Text for a terminal, made of the bodies of the HTTP API's routes about tenants (server/tenant_routes.h).

std::string tenant_text(const nlohmann::json& tenant);
std::string tenant_list_text(const nlohmann::json& page);
std::string member_text(const nlohmann::json& member);
/// Of {"members": […]} and of {"admins": […]}.
std::string member_list_text(const nlohmann::json& body);
/// With the token, which is in the answer to its creation only.
std::string invitation_text(const nlohmann::json& invitation);
std::string invitation_list_text(const nlohmann::json& body);
std::string subscription_text(const nlohmann::json& subscription);
std::string setting_list_text(const nlohmann::json& body);
std::string domain_text(const nlohmann::json& domain);
std::string domain_list_text(const nlohmann::json& body);
std::string sweep_text(const nlohmann::json& outcome);

}  // namespace tenure::cli
