#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tenure::notifications {

/// On one line; bytes that are no UTF-8 are replaced, since a message of a database may hold any.
inline std::string json_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace tenure::notifications
