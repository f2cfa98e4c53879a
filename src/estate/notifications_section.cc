#include "estate/notifications_section.h"

#include "estate/url.h"

namespace tenure::estate {
namespace {

using UrlCheck = std::string_view (*)(std::string_view text);

/// Not quoted in messages: whoever has the URL can post to it.
Secret read_secret(const Value* value, UrlCheck check = nullptr) {
  if (value == nullptr) return {};
  auto text = value->secret_text();
  if (!text) return {};
  if (check != nullptr) {
    if (const auto what = check(*text); !what.empty()) value->problem(what);
  }
  return Secret(std::move(*text));
}

Notifications::Datadog read_datadog(const Value& value) {
  const Fields fields(value, {"api_key", "url"});
  Notifications::Datadog datadog;
  datadog.api_key = read_secret(fields.require("api_key"));
  if (const auto* url = fields.find("url")) {
    set(datadog.url, url, &Value::text);
    if (const auto what = problem_of_receiver_url(datadog.url); !what.empty()) url->problem(what);
    while (datadog.url.ends_with('/')) datadog.url.pop_back();
  }
  return datadog;
}

}  // namespace

Notifications read_notifications(const Value& value) {
  const Fields fields(value, {"slack", "datadog", "sentry"});
  Notifications notifications;
  notifications.slack = read_secret(fields.find("slack"), problem_of_receiver_url);
  if (const auto* datadog = fields.find("datadog")) notifications.datadog = read_datadog(*datadog);
  notifications.sentry = read_secret(fields.find("sentry"), problem_of_sentry_dsn);
  return notifications;
}

}  // namespace tenure::estate
