#include "notifications/datadog.h"

#include <chrono>

#include "notifications/json_text.h"

namespace tenure::notifications {

http::Request Datadog::request_for(const Notice& notice) const {
  auto tags = nlohmann::json::array({"source:tenure", "event:" + notice.kind});
  if (!notice.estate.empty()) tags.push_back("estate:" + notice.estate);
  if (!notice.environment.empty()) tags.push_back("env:" + notice.environment);
  const auto at = std::chrono::duration_cast<std::chrono::seconds>(notice.at.time_since_epoch()).count();
  return {.method = "POST",
          .url = url_ + "/api/v1/events",
          .headers = {"DD-API-KEY: " + api_key_.reveal()},
          .body = json_text({{"title", notice.title},
                             {"text", facts_text(notice)},
                             {"alert_type", to_string(notice.level)},
                             {"aggregation_key", notice.group},
                             {"date_happened", at},
                             {"tags", std::move(tags)}})};
}

}  // namespace tenure::notifications
