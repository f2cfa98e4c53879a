#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tenure::cli {

/// Of a tenant's deletion, or of a user's with what became of the tenants that were theirs.
std::string job_text(const nlohmann::json& job);
std::string job_list_text(const nlohmann::json& page);
std::string job_history_text(const nlohmann::json& body);

std::string hold_text(const nlohmann::json& hold);
std::string hold_list_text(const nlohmann::json& page);

}  // namespace tenure::cli
