#include "server/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/utf8.h"

namespace tenure::server {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view name_of(std::string_view parameter) { return parameter.substr(1, parameter.size() - 2); }

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

/// The pattern with its parameters' names left out: two routes of one shape would answer the same paths.
std::string shape_of(std::string_view pattern) {
  std::string shape;
  for (const auto segment : segments_of(pattern)) {
    shape += '/';
    shape += is_parameter(segment) ? std::string_view("{}") : segment;
  }
  return shape;
}

std::optional<Fields> match(std::string_view pattern, const std::vector<std::string_view>& path) {
  const auto expected = segments_of(pattern);
  if (expected.size() != path.size()) return std::nullopt;
  Fields parameters;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_parameter(expected[i])) {
      if (path[i].empty()) return std::nullopt;
      parameters.emplace(name_of(expected[i]), percent_decode(path[i], "path"));
    } else if (expected[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

/// Smaller is preferred: at the first segment in which two patterns differ, the literal one.
std::string preference_of(std::string_view pattern) {
  std::string preference;
  for (const auto segment : segments_of(pattern)) preference.push_back(is_parameter(segment) ? '1' : '0');
  return preference;
}

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

Error bad_path(std::string_view why) { return Error(ErrorCode::invalid_argument, fmt::format("path: {}", why)); }

bool is_control(char letter) {
  const auto code = static_cast<unsigned char>(letter);
  return code < 0x20 || code == 0x7F;
}

}  // namespace

void Router::add(Route route) {
  const auto& pattern = route.pattern;
  if (pattern.empty() || pattern.front() != '/' || !route.handler) {
    throw Error(ErrorCode::internal, fmt::format("route {} {} is malformed", route.method, pattern));
  }
  const auto is_same = [&](const Route& other) {
    return other.method == route.method && shape_of(other.pattern) == shape_of(pattern);
  };
  if (std::any_of(routes_.begin(), routes_.end(), is_same)) {
    throw Error(ErrorCode::internal, fmt::format("route {} {} is there twice", route.method, pattern));
  }
  routes_.push_back(std::move(route));
}

Router::Outcome Router::find(std::string_view method, std::string_view path) const {
  const auto segments = split_path(path);
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  std::optional<Match> best;
  std::set<std::string> methods;
  for (const auto& route : routes_) {
    auto parameters = match(route.pattern, segments);
    if (!parameters) continue;
    methods.insert(route.method);
    if (route.method == "GET") methods.insert("HEAD");
    if (route.method != wanted) continue;
    if (!best || preference_of(route.pattern) < preference_of(best->route->pattern)) {
      best = Match{&route, *std::move(parameters)};
    }
  }
  if (best) return *std::move(best);
  if (methods.empty()) return UnknownPath{};
  return WrongMethod{fmt::format("{}", fmt::join(methods, ", "))};
}

std::vector<std::string_view> split_path(std::string_view path) {
  if (path.empty() || path.front() != '/') throw bad_path("does not begin with a slash");
  if (path.find("//") != std::string_view::npos) throw bad_path("a slash is doubled");
  if (path.find_first_of(";\\#") != std::string_view::npos) throw bad_path("';', '\\' and '#' are not accepted");
  if (std::any_of(path.begin(), path.end(), is_control)) throw bad_path("a control character is not accepted");
  auto segments = segments_of(path);
  for (const auto segment : segments) {
    const auto decoded = percent_decode(segment, "path");
    if (!is_utf8(decoded)) throw bad_path("not UTF-8");
    if (decoded == "." || decoded == "..") throw bad_path("'.' and '..' are not accepted");
    if (decoded.find_first_of("/\\;%") != std::string::npos && decoded != segment) {
      throw bad_path("an encoded slash, backslash, semicolon or percent sign is not accepted");
    }
    if (std::any_of(decoded.begin(), decoded.end(), is_control)) throw bad_path("a control character is not accepted");
  }
  return segments;
}

std::string percent_decode(std::string_view text, std::string_view what, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("{}: a percent sign without two hexadecimal digits", what));
      }
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return decoded;
}

Fields parse_query(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), "query", true);
    auto value =
        equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), "query", true);
    if (!fields.emplace(name, std::move(value)).second) {
      throw Error(ErrorCode::invalid_argument, fmt::format("query: {} is given twice", name));
    }
  }
  return fields;
}

}  // namespace tenure::server
