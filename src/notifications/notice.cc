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
  for (const auto& [name, value] : notice.facts) text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", name, value);
  return text;
}

}  // namespace tenure::notifications
