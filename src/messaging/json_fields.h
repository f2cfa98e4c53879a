#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

/// Fields of a message's body. All @throw Error(invalid_argument) that names the field, never its value.
namespace tenure::messaging {

/// `what` is named when the text is no JSON object.
nlohmann::json object_from(std::string_view text, std::string_view what);
std::string required_text(const nlohmann::json& body, const char* field);
std::optional<std::string> optional_text(const nlohmann::json& body, const char* field);
/// A whole number of 0 or more.
std::int64_t required_number(const nlohmann::json& body, const char* field);

}  // namespace tenure::messaging
