#include "server/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>
#include <string_view>

#include "base/error.h"

namespace tenure::server {
namespace {

using nlohmann::json;

constexpr int kDeepest = 32;
constexpr std::size_t kLongestNameShown = 40;
// A WallTime has nanoseconds, of which 64 bits hold the years 1678 to 2261.
constexpr std::chrono::year kFirstYear{1900};
constexpr std::chrono::year kLastYear{2199};

Error malformed(std::string_view why) { return Error(ErrorCode::invalid_argument, fmt::format("body: {}", why)); }

void require_json(const Request& request) {
  const auto given = request.header("content-type").value_or("application/json");
  auto type = given.substr(0, given.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); });
  if (type != "application/json") throw malformed("its Content-Type is not application/json");
}

/// Parses, and refuses what different parsers read differently: names that are there twice, and depth without end.
json parse(const std::string& text) {
  std::vector<std::set<std::string>> names;
  const json::parser_callback_t check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDeepest) throw malformed("it is nested too deeply");
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) {
      throw malformed("a name is there twice");
    }
    return true;
  };
  auto parsed = json::parse(text, check, false);
  if (parsed.is_discarded()) throw malformed("it is not JSON");
  if (!parsed.is_object()) throw malformed("it is not a JSON object");
  return parsed;
}

std::string shown(const std::string& name) {
  const auto is_plain = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '-';
  };
  const bool is_short = !name.empty() && name.size() <= kLongestNameShown;
  return is_short && std::all_of(name.begin(), name.end(), is_plain) ? name : "a field";
}

bool has_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

/// Whether `text` begins as `pattern`, in which a 9 stands for any digit.
bool begins_as(std::string_view text, std::string_view pattern) {
  return text.size() >= pattern.size() && std::equal(pattern.begin(), pattern.end(), text.begin(), [](char p, char t) {
           return p == '9' ? t >= '0' && t <= '9' : p == std::toupper(static_cast<unsigned char>(t));
         });
}

}  // namespace

std::optional<WallTime> parse_time(const std::string& text) {
  using namespace std::chrono;
  if (!begins_as(text, "9999-99-99T99:99:99") && !begins_as(text, "9999-99-99 99:99:99")) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) { return std::stoi(text.substr(at, digits)); };
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  const bool is_representable = date.year() >= kFirstYear && date.year() <= kLastYear;
  if (!date.ok() || !is_representable || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  auto rest = std::string_view(text).substr(19);
  milliseconds fraction{0};
  if (rest.starts_with('.')) {
    const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    if (end == 1) return std::nullopt;
    int unit = 100;
    for (std::size_t at = 1; at < end && unit > 0; ++at, unit /= 10) fraction += milliseconds((rest[at] - '0') * unit);
    rest.remove_prefix(end);
  }
  minutes offset{0};
  if (rest != "Z" && rest != "z") {
    const auto behind_seconds = text.size() - rest.size();
    if (rest.size() != 6 || !(begins_as(rest, "+99:99") || begins_as(rest, "-99:99"))) return std::nullopt;
    const int hours_off = number(behind_seconds + 1, 2), minutes_off = number(behind_seconds + 4, 2);
    if (hours_off > 23 || minutes_off > 59) return std::nullopt;
    offset = minutes((rest[0] == '-' ? -1 : 1) * (hours_off * 60 + minutes_off));
  }
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

Body::Body(const Request& request, std::initializer_list<std::string_view> known) : object_(json::object()) {
  if (request.body.empty()) return;
  require_json(request);
  object_ = parse(request.body);
  for (const auto& entry : object_.items()) {
    if (std::find(known.begin(), known.end(), entry.key()) == known.end()) {
      problem(fmt::format("{}: not a field of this request", shown(entry.key())));
    }
  }
}

const json* Body::find(std::string_view name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

const json* Body::require(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) problem(fmt::format("{}: missing", name));
  return found;
}

bool Body::has(std::string_view name) const { return find(name) != nullptr; }

std::string Body::text(std::string_view name) {
  if (require(name) == nullptr) return {};
  return optional_text(name).value_or("");
}

std::optional<std::string> Body::optional_text(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string() || has_nul(found->get_ref<const std::string&>())) {
    problem(fmt::format("{}: not a text", name));
    return std::nullopt;
  }
  return found->get<std::string>();
}

Secret Body::secret(std::string_view name) { return Secret(text(name)); }

std::optional<bool> Body::optional_flag(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_boolean()) {
    problem(fmt::format("{}: neither true nor false", name));
    return std::nullopt;
  }
  return found->get<bool>();
}

std::optional<std::int64_t> Body::optional_integer(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  const bool fits = found->is_number_integer() &&
                    (!found->is_number_unsigned() || found->get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (!fits) {
    problem(fmt::format("{}: not a whole number", name));
    return std::nullopt;
  }
  return found->get<std::int64_t>();
}

std::optional<WallTime> Body::optional_time(std::string_view name) {
  const auto written = optional_text(name);
  if (!written) return std::nullopt;
  auto time = parse_time(*written);
  if (!time) problem(fmt::format("{}: not a time of RFC 3339 with its zone, from 1900 to 2199", name));
  return time;
}

std::optional<UserId> Body::optional_user(std::string_view name) {
  const auto written = optional_text(name);
  if (!written) return std::nullopt;
  try {
    return UserId::parse(*written, name);
  } catch (const Error& error) {
    problem(error.what());
    return std::nullopt;
  }
}

json Body::value(std::string_view name) {
  const auto* found = require(name);
  return found == nullptr ? json() : *found;
}

void Body::check() const {
  if (problems_.empty()) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{}", fmt::join(problems_, "; "))).with_problems(problems_);
}

}  // namespace tenure::server
