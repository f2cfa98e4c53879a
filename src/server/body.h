#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "server/http.h"

namespace tenure::server {

/// RFC 3339 with seconds, perhaps a fraction of them, and a time zone; from 1900 to 2199.
std::optional<WallTime> parse_time(const std::string& text);

/// The JSON object of a request, read field by field. Every problem is collected: a field that the route does not know
/// (nobody sets what they may not by adding a field), one that is missing, one of another type. A value that was asked
/// for and is faulty reads as empty; check() then throws before anything is done with it.
///
///     Body body(request, {"name", "slug"});
///     const auto name = body.text("name");
///     const auto slug = body.optional_text("slug");
///     body.check();
class Body {
 public:
  /// @throws Error(invalid_argument) when the body is no JSON object, a field is there twice, it is nested deeper than
  /// 32, or the Content-Type is another than application/json. An absent body is an empty object.
  Body(const Request& request, std::initializer_list<std::string_view> known);

  bool has(std::string_view name) const;
  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name);
  Secret secret(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name);
  /// RFC 3339 with a time zone, from 1900 to 2199.
  std::optional<WallTime> optional_time(std::string_view name);
  std::optional<UserId> optional_user(std::string_view name);
  /// A text that `parse` makes something of; the Error that it throws is one more problem.
  ///     const auto email = body.parsed("email", [](const std::string& text) { return Email::parse(text); });
  template <class Parse>
  auto parsed(std::string_view name, const Parse& parse) -> std::optional<decltype(parse(std::string()))> {
    if (require(name) == nullptr) return std::nullopt;
    const auto text = optional_text(name);
    if (!text) return std::nullopt;
    try {
      return parse(*text);
    } catch (const Error& error) {
      problem(error.what());
      return std::nullopt;
    }
  }
  /// Any JSON.
  nlohmann::json value(std::string_view name);

  /// Adds a problem of a caller's own: "role: …".
  void problem(std::string text) { problems_.push_back(std::move(text)); }
  /// @throws Error(invalid_argument) with all problems, when there are any.
  void check() const;

 private:
  const nlohmann::json* find(std::string_view name) const;
  const nlohmann::json* require(std::string_view name);

  nlohmann::json object_;
  std::vector<std::string> problems_;
};

}  // namespace tenure::server
