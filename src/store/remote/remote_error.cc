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
constexpr const char* kSeeItsLog = "; why is in its own log, under the same trace id";

std::string text_of(const json& body, const char* name) {
  if (!body.is_object()) return {};
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What went wrong in the words of our contract: a problem's detail, or the first error of the summary.
std::string detail_of(const json& body) {
  auto detail = text_of(body, "detail");
  if (detail.empty() && body.contains("summary")) {
    const auto errors = body["summary"].is_object() ? body["summary"].value("errors", json()) : json();
    if (errors.is_array() && !errors.empty() && errors.front().is_string()) detail = errors.front().get<std::string>();
  }
  return detail.substr(0, kLongestDetail);
}

std::vector<std::string> problems_of(const json& body) {
  std::vector<std::string> problems;
  const auto found = body.find("problems");
  if (found == body.end() || !found->is_array()) return problems;
  for (const auto& problem : *found) {
    if (problem.is_string()) problems.push_back(problem.get<std::string>());
  }
  return problems;
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

// Only a Tenure's texts are held to have no data in them. A stranger's may quote a row, and an error of ours goes into
// jobs, reports, e-mails and logs: of theirs it keeps the status alone.
Error error_of_answer(const http::Answer& answer, const std::string& method) {
  const auto body = json::parse(answer.body, nullptr, false);
  auto message = explanation(answer.status);
  const auto exact = code_of_type(text_of(body, "type"));
  if (!exact) {
    const auto code = code_of_status(answer.status, method == "GET");
    if (answer.status >= 400) message += kSeeItsLog;
    return Error(code, std::move(message), retry_of(code));
  }
  const auto retry = text_of(body, "retry") == "later" ? Retry::later : Retry::never;
  if (const auto detail = detail_of(body); !detail.empty()) message += ": " + detail;
  return Error(*exact, std::move(message), retry).with_problems(problems_of(body));
}

}  // namespace tenure::store
