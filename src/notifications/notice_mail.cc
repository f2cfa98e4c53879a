#include "notifications/notice_mail.h"

#include <fmt/format.h>

#include "notifications/notice_html.h"
#include "notifications/notice_txt.h"
#include "notifications/template.h"

namespace tenure::notifications {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

/// Each with enough contrast on white for text.
const char* color_of(Level level) {
  switch (level) {
    case Level::success:
      return "#15803d";
    case Level::warning:
      return "#b45309";
    case Level::error:
      return "#b91c1c";
    case Level::info:
      break;
  }
  return "#1d4ed8";
}

const char* label_of(Level level) {
  switch (level) {
    case Level::success:
      return "Done";
    case Level::warning:
      return "Attention";
    case Level::error:
      return "Failed";
    case Level::info:
      break;
  }
  return "For your information";
}

std::vector<Values::Texts> list_of(const Lines& lines) {
  std::vector<Values::Texts> list;
  for (const auto& [name, value] : lines) list.push_back({{"name", name}, {"value", value}});
  return list;
}

std::vector<Values::Texts> list_of(const std::vector<std::string>& texts) {
  std::vector<Values::Texts> list;
  for (const auto& text : texts) list.push_back({{"text", text}});
  return list;
}

/// A list of one or none: whether what it stands around is there.
std::vector<Values::Texts> when(bool is_there) {
  return is_there ? std::vector<Values::Texts>(1) : std::vector<Values::Texts>();
}

std::string where(const Notice& notice) {
  std::string text = "Tenure";
  if (!notice.estate.empty()) text += ", estate " + notice.estate;
  if (!notice.environment.empty()) text += fmt::format(" ({})", notice.environment);
  return text;
}

Values values_of(const Notice& notice) {
  return {.texts = {{"title", notice.title},
                    {"color", color_of(notice.level)},
                    {"label", label_of(notice.level)},
                    {"where", where(notice)},
                    {"id", notice.id.str()}},
          .lists = {{"summary", notice.summary.empty() ? when(false) : list_of(std::vector{notice.summary})},
                    {"facts", list_of(notice.facts)},
                    {"has_counts", when(!notice.counts.empty())},
                    {"counts", list_of(notice.counts)},
                    {"has_causes", when(!notice.causes.empty())},
                    {"causes", list_of(notice.causes)}}};
}

}  // namespace

mail::Message mail_of(const Notice& notice, const Email& from, const Email& to) {
  const auto values = values_of(notice);
  const auto& address = from.address();
  return {.from = from,
          .from_name = "Tenure",
          .to = to,
          .subject = notice.estate.empty() ? notice.title : fmt::format("[{}] {}", notice.estate, notice.title),
          .id = fmt::format("{}@{}", notice.id.str(), address.substr(address.rfind('@') + 1)),
          .at = notice.at,
          .text = fill(kNoticeTXT, values, plain_text),
          .html = fill(kNoticeHTML, values, html_text)};
}

}  // namespace tenure::notifications
