#include "store/remote/remote_error.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace tenure::store {
namespace {

using nlohmann::json;

constexpr std::string_view kErrorUrn = "urn:tenure:error:";
constexpr std::size_t kLongestDetail = 500;

std::string text_of(const json& body, const char* name) {
  if (!body.is_object()) return {};
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What went wrong in the service's own words: a problem's detail, or the first error of the contract's summary.
std::string detail_of(const json& body) {
  auto detail = text_of(body, "detail");
  if (detail.empty() && body.is_object() && body.contains("summary")) {
    const auto errors = body["summary"].is_object() ? body["summary"].value("errors", json()) : json();
    if (errors.is_array() && !errors.empty() && errors.front().is_string()) detail = errors.front().get<std::string>();
  }
  return detail.substr(0, kLongestDetail);
}

std::optional<ErrorCode> code_of_type(std::string_view type) {
  if (type.substr(0, kErrorUrn.size()) != kErrorUrn) return std::nullopt;
  return parse_error_code(type.substr(kErrorUrn.size()));
}

ErrorCode code_of_status(int status, bool is_safe) {
  switch (status) {
    case 400:
      return ErrorCode::invalid_argument;
    case 401:
      return ErrorCode::unauthenticated;
    case 403:
      return ErrorCode::forbidden;
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 422:
      return ErrorCode::refused;
    case 502:
      return is_safe ? ErrorCode::unavailable : ErrorCode::outcome_unknown;
    case 504:
      return is_safe ? ErrorCode::timeout : ErrorCode::outcome_unknown;
    default:
      break;
  }
  const bool may_pass = status >= 500 || status == 408 || status == 425 || status == 429;
  return may_pass ? ErrorCode::unavailable : ErrorCode::refused;
}

/// A stranger's advice is guessed from the kind of failure; a Tenure says it.
Retry retry_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::conflict:
    case ErrorCode::stale:
    case ErrorCode::timeout:
    case ErrorCode::unavailable:
    case ErrorCode::unfinished:
    case ErrorCode::outcome_unknown:
      return Retry::later;
    default:
      return Retry::never;
  }
}

/// For a token the advice says whose it is to mend; for a redirect, that it was seen.
std::string explanation(int status) {
  if (status == 401) return fmt::format("the service did not accept our token (HTTP {})", status);
  if (status == 403) return fmt::format("the service does not let our token do this (HTTP {})", status);
  if (status < 400) return fmt::format("the service answered with a redirect, which is not followed (HTTP {})", status);
  return fmt::format("the service answered HTTP {}", status);
}

}  // namespace

Error error_of_answer(const http::Answer& answer, const std::string& method) {
  const auto body = json::parse(answer.body, nullptr, false);
  const auto exact = code_of_type(text_of(body, "type"));
  const auto code = exact.value_or(code_of_status(answer.status, method == "GET"));
  const auto said = text_of(body, "retry") == "later" ? Retry::later : Retry::never;
  auto message = explanation(answer.status);
  if (const auto detail = detail_of(body); !detail.empty()) message += ": " + detail;
  std::vector<std::string> problems;
  if (body.is_object() && body.contains("problems") && body["problems"].is_array()) {
    for (const auto& problem : body["problems"]) {
      if (problem.is_string()) problems.push_back(problem.get<std::string>());
    }
  }
  return Error(code, std::move(message), exact ? said : retry_of(code)).with_problems(std::move(problems));
}

}  // namespace tenure::store
