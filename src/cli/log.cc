#include "cli/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/clock.h"

namespace tenure::cli {
namespace {

std::shared_ptr<spdlog::logger> make_logger() {
  auto logger = std::make_shared<spdlog::logger>("work", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  return logger;
}

}  // namespace

void log_line(nlohmann::json line) {
  static const auto logger = make_logger();
  line["time"] = to_rfc3339(std::chrono::system_clock::now());
  // What a database or a broker says need not be UTF-8.
  logger->info(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void log_error(const char* event, const std::string& what) { log_line({{"event", event}, {"error", what}}); }

}  // namespace tenure::cli
