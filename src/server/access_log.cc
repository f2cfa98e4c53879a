#include "server/access_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace tenure::server {

nlohmann::json to_json(const AccessLine& line) {
  nlohmann::json body = {{"event", "http_request"},       {"time", to_rfc3339(std::chrono::system_clock::now())},
                         {"method", line.method},         {"route", line.route},
                         {"status", line.status},         {"duration_ms", line.duration.count()},
                         {"request_id", line.request_id}, {"principal", line.principal}};
  if (!line.trace_id.empty()) body["trace_id"] = line.trace_id;
  if (!line.error.empty()) body["error"] = line.error;
  return body;
}

AccessLog access_log_on_stderr() {
  auto logger = std::make_shared<spdlog::logger>("access", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  return [logger](const AccessLine& line) {
    logger->info(to_json(line).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  };
}

}  // namespace tenure::server
