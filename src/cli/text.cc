#include "cli/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace tenure::cli {
namespace {

using nlohmann::json;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The bytes of the character that begins at `at`, and its code point.
struct Character {
  std::string_view bytes;
  std::uint32_t code = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_continuation(text[end])) ++end;
  const auto first = static_cast<unsigned char>(text[at]);
  std::uint32_t code = first < 0x80U ? first : first & (0x3FU >> (end - at - 1));
  for (auto next = at + 1; next < end; ++next) code = code << 6U | (static_cast<unsigned char>(text[next]) & 0x3FU);
  return {text.substr(at, end - at), code};
}

/// Control characters (Unicode's category Cc), line separators, and what turns the direction of writing.
bool steers_terminal(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const auto [bytes, code] = character_at(text, at);
    if (!steers_terminal(code)) {
      shown += bytes;
    } else {
      shown += code < 0x80 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{{{:x}}}", code);
    }
    at += bytes.size();
  }
  return shown;
}

std::string text_or(const json& object, const char* key, const char* fallback) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? fallback : printable(found->get_ref<const std::string&>());
}

std::int64_t number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

std::string quoted_name(const json& object, const char* key) {
  const auto name = text_or(object, key, "");
  return name.empty() ? "" : " \"" + name + "\"";
}

std::string next_page_text(const json& page) {
  const auto cursor = text_or(page, "next_cursor", "");
  return cursor.empty() ? "" : fmt::format("there are more: --cursor {}\n", cursor);
}

Table::Table(std::vector<Column> columns, std::string indent)
    : columns_(std::move(columns)), indent_(std::move(indent)) {}

void Table::add(const std::vector<std::string>& cells) {
  auto& row = rows_.emplace_back();
  for (const auto& cell : cells) row.push_back(printable(cell));
}

std::string Table::text() const {
  std::vector<std::string> headings;
  std::vector<std::size_t> widths;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    headings.push_back(columns_[at].heading);
    widths.push_back(width_of(headings.back()));
    for (const auto& row : rows_) widths[at] = std::max(widths[at], width_of(row.at(at)));
  }
  const bool has_heading = std::any_of(headings.begin(), headings.end(), [](const auto& one) { return !one.empty(); });
  auto text = has_heading ? line(headings, widths) : std::string();
  for (const auto& row : rows_) text += line(row, widths);
  return text;
}

std::string Table::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  auto text = indent_;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const std::string blanks(widths[at] - width_of(cells[at]), ' ');
    if (at > 0) text += "  ";
    text += columns_[at].align == Align::right ? blanks + cells[at] : cells[at] + blanks;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace tenure::cli
