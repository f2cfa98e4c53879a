#include "notifications/sentry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "notifications/json_text.h"

namespace tenure::notifications {
namespace {

/// Sentry knows no success.
std::string_view level_of(Level level) { return level == Level::success ? "info" : to_string(level); }

/// 32 hexadecimal digits.
std::string event_id_of(const Notice& notice) {
  auto id = notice.id.str();
  std::erase(id, '-');
  return id;
}

nlohmann::json event_of(const Notice& notice) {
  nlohmann::json extra = nlohmann::json::object();
  for (const auto& [name, value] : notice.facts) extra[name] = value;
  nlohmann::json event{{"event_id", event_id_of(notice)},
                       {"timestamp", to_rfc3339(notice.at)},
                       {"platform", "native"},
                       {"level", level_of(notice.level)},
                       {"logger", "tenure"},
                       {"message", {{"formatted", notice.title}}},
                       {"tags", {{"kind", notice.kind}, {"estate", notice.estate}}},
                       {"extra", std::move(extra)},
                       {"fingerprint", {notice.kind, notice.group}}};
  if (!notice.environment.empty()) event["environment"] = notice.environment;
  return event;
}

}  // namespace

Sentry::Sentry(const Secret& dsn) {
  const std::string_view text = dsn.reveal();
  const auto scheme = text.find("://");
  const auto at = text.find('@');
  const auto slash = text.rfind('/');
  if (scheme == std::string_view::npos || at == std::string_view::npos || slash < at || slash + 1 == text.size()) {
    throw Error(ErrorCode::invalid_argument, "sentry: not a DSN, https://KEY@HOST/PROJECT");
  }
  key_ = Secret(std::string(text.substr(scheme + 3, at - scheme - 3)));
  const auto host_and_path = text.substr(at + 1, slash - at - 1);
  const auto end_of_host = std::min(host_and_path.find('/'), host_and_path.size());
  endpoint_ = fmt::format("{}://{}{}/api/{}/envelope/", text.substr(0, scheme), host_and_path.substr(0, end_of_host),
                          host_and_path.substr(end_of_host), text.substr(slash + 1));
}

http::Request Sentry::request_for(const Notice& notice) const {
  const auto event = json_text(event_of(notice));
  const auto header = json_text({{"event_id", event_id_of(notice)}, {"sent_at", to_rfc3339(notice.at)}});
  const auto item = json_text({{"type", "event"}, {"length", event.size()}, {"content_type", "application/json"}});
  return {.method = "POST",
          .url = endpoint_,
          .headers = {fmt::format("X-Sentry-Auth: Sentry sentry_version=7, sentry_client=tenure/1, sentry_key={}",
                                  key_.reveal())},
          .body = header + "\n" + item + "\n" + event + "\n",
          .content_type = "application/x-sentry-envelope"};
}

}  // namespace tenure::notifications
