#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace tenure::cli {

/// Text for a terminal, made of the HTTP API's bodies. Nothing here prints by itself.

/// 1234567 → "1,234,567".
std::string grouped(std::int64_t number);
std::string preview_text(const nlohmann::json& preview);
std::string job_text(const nlohmann::json& job);
std::string job_list_text(const nlohmann::json& page);

}  // namespace tenure::cli
