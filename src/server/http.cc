#include "server/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"

namespace tenure::server {
namespace {

std::optional<std::string> value_of(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

const std::string& Request::path_parameter(std::string_view name) const {
  const auto found = path_parameters.find(name);
  if (found == path_parameters.end()) {
    throw Error(ErrorCode::internal, fmt::format("the route has no path parameter {}", name));
  }
  return found->second;
}

std::optional<std::string> Request::query_value(std::string_view name) const { return value_of(query, name); }

std::optional<std::string> Request::header(std::string_view lower_case_name) const {
  return value_of(headers, lower_case_name);
}

std::optional<Actor> Request::actor() const {
  if (!principal) return std::nullopt;
  return principal->is_service() ? Actor::service(principal->name) : Actor::user(principal->user());
}

void Request::allow_query(std::initializer_list<std::string_view> known) const {
  std::vector<std::string> problems;
  for (const auto& [name, value] : query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      problems.push_back("unknown query parameter: " + name);
    }
  }
  if (problems.empty()) return;
  const auto message = problems.front();
  throw Error(ErrorCode::invalid_argument, message).with_problems(std::move(problems));
}

int Request::query_integer(std::string_view name, int fallback) const {
  const auto text = query_value(name);
  if (!text) return fallback;
  int number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a whole number", name));
  }
  return number;
}

Response no_content() { return Response{.status = 204, .content_type = "", .body = ""}; }

Response json_answer(int status, const nlohmann::json& body) {
  Response response;
  response.status = status;
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return response;
}

}  // namespace tenure::server
