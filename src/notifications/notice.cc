#include "notifications/notice.h"

#include <fmt/format.h>

namespace tenure::notifications {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::success:
      return "success";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

std::string facts_text(const Notice& notice) {
  std::string text;
  const auto add = [&](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
  for (const auto* lines : {&notice.facts, &notice.counts}) {
    for (const auto& [name, value] : *lines) add(fmt::format("{}: {}", name, value));
  }
  for (const auto& cause : notice.causes) add(cause);
  return text;
}

}  // namespace tenure::notifications
