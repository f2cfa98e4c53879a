#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/http.h"

namespace tenure::server {

/// What the served description (spec E8) says, by the names of written_permissions.h.
class ApiDescription {
 public:
  ApiDescription();

  const nlohmann::json& document() const { return document_; }
  /// The operation of "GET /api/v1/tenants". @throws std::exception when the description has none.
  const nlohmann::json& operation(std::string_view route) const;
  /// The schema of its body; null when it has none.
  const nlohmann::json& body_of(std::string_view route) const;
  /// How an answer differs from its description: a status that is not listed, another content type, a missing or
  /// undescribed field, a value of the wrong type; also what every problem must have and no answer may say.
  std::vector<std::string> problems_of(std::string_view route, const Response& answer) const;

 private:
  const nlohmann::json document_;
};

}  // namespace tenure::server
