#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace tenure::server {

/// What is kept of a request: enough to watch a server, nothing about people. The route is its pattern, never the path.
struct AccessLine {
  std::string method = "-";
  std::string route = "-";  ///< "-" when none was found
  int status = 0;
  Milliseconds duration{0};
  std::string request_id = {};
  std::string trace_id = {};            ///< empty for what never became a request
  std::string_view principal = "none";  ///< "none", "service" or "user"
  std::string error = {};               ///< of a 5xx: what went wrong, which the answer does not always say
};

nlohmann::json to_json(const AccessLine& line);

using AccessLog = std::function<void(const AccessLine&)>;

/// One line of JSON a request on standard error.
AccessLog access_log_on_stderr();

}  // namespace tenure::server
