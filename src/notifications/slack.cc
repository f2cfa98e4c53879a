#include "notifications/slack.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "notifications/json_text.h"

namespace tenure::notifications {
namespace {

std::string_view mark_of(Level level) {
  switch (level) {
    case Level::success:
      return ":white_check_mark:";
    case Level::warning:
      return ":warning:";
    case Level::error:
      return ":rotating_light:";
    case Level::info:
      break;
  }
  return ":information_source:";
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

}  // namespace

http::Request Slack::request_for(const Notice& notice) const {
  auto text = fmt::format("{} *{}*", mark_of(notice.level), escaped(notice.title));
  auto where = notice.estate;
  if (!notice.environment.empty()) where += fmt::format(" ({})", notice.environment);
  if (!where.empty()) text += fmt::format(" · {}", escaped(where));
  if (const auto facts = facts_text(notice); !facts.empty()) text += "\n" + escaped(facts);
  return {.method = "POST", .url = url_.reveal(), .body = json_text({{"text", text}})};
}

}  // namespace tenure::notifications
