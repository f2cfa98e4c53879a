#include "estate/notation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace tenure::estate {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr Milliseconds kLongestDuration = std::chrono::hours(24);
constexpr std::uint16_t kMostDays = 365;
constexpr std::uint16_t kLargestCount = 10'000;

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_slug(std::string_view text, bool may_have_hyphens) {
  if (text.empty() || text.size() > kLongestName || !is_lower(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_lower(c) || is_digit(c) || c == '_' || (may_have_hyphens && c == '-'); });
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Milliseconds>, 4> kUnits{{
      {"ms", Milliseconds(1)},
      {"s", std::chrono::seconds(1)},
      {"m", std::chrono::minutes(1)},
      {"h", std::chrono::hours(1)},
  }};
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<std::uint32_t>(text.substr(0, digits));
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& known) { return known.first == text.substr(digits); });
  if (!number || unit == kUnits.end()) return std::nullopt;
  const auto duration = unit->second * static_cast<std::int64_t>(*number);
  if (duration < Milliseconds(1) || duration > kLongestDuration) return std::nullopt;
  return duration;
}

std::optional<std::chrono::seconds> parse_days(std::string_view text) {
  if (!text.ends_with('d')) return std::nullopt;
  const auto days = parse_number<std::uint16_t>(text.substr(0, text.size() - 1));
  if (!days || *days < 1 || *days > kMostDays) return std::nullopt;
  return std::chrono::hours(24) * *days;
}

std::optional<double> parse_positive_number(std::string_view text) {
  const auto number = parse_number<double>(text);
  return number && std::isfinite(*number) && *number > 0 ? number : std::nullopt;
}

std::optional<int> parse_small_count(std::string_view text) {
  const auto number = parse_number<std::uint16_t>(text);
  return number && *number <= kLargestCount ? std::optional<int>(*number) : std::nullopt;
}

std::optional<std::vector<std::string>> parse_names(std::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const auto comma = text.find(',');
    const std::string name(trimmed(text.substr(0, comma)));
    if (!is_name(name) || std::find(names.begin(), names.end(), name) != names.end()) return std::nullopt;
    names.push_back(name);
    if (comma == std::string_view::npos) return names;
    text.remove_prefix(comma + 1);
  }
}

std::optional<TableParts> parse_table_parts(std::string_view text) {
  const bool is_list = text.ends_with(')');
  const auto dot = is_list ? text.find(".(") : text.rfind('.');
  if (dot == std::string_view::npos || !is_table(text.substr(0, dot))) return std::nullopt;
  auto parts = text.substr(dot + 1);
  if (is_list) parts = parts.substr(1, parts.size() - 2);
  auto names = parse_names(parts);
  if (!names || (!is_list && names->size() > 1)) return std::nullopt;
  return TableParts{std::string(text.substr(0, dot)), std::move(*names)};
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || trimmed(text) != text) return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
           std::string_view(".,()\"").find(c) != std::string_view::npos;
  });
}

bool is_table(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return is_name(text);
  return is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
}

bool is_custom_setting(std::string_view text) {
  if (text.size() > kLongestName) return false;
  for (bool has_dot = false;; has_dot = true) {
    const auto dot = text.find('.');
    const auto word = text.substr(0, dot);
    const bool begins_well = !word.empty() && (word.front() < '0' || word.front() > '9');
    const bool is_word = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!begins_well || !is_word) return false;
    if (dot == std::string_view::npos) return has_dot;
    text.remove_prefix(dot + 1);
  }
}

bool is_service_name(std::string_view text) { return is_slug(text, false); }

bool is_prefix(std::string_view text) { return is_slug(text, true); }

bool is_schema_prefix(std::string_view text) {
  constexpr std::size_t kLongest = 31;
  if (text.empty() || text.size() > kLongest || text.starts_with("pg_")) return false;
  const bool is_start = is_lower(text.front()) || text.front() == '_';
  return is_start &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_route_path(std::string_view text) {
  while (true) {
    const auto slash = text.find('/');
    if (!is_prefix(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace tenure::estate
