#include "server/problem.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

namespace tenure::server {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Internal Server Error";
  }
}

/// Of an error whose own text is for the log.
std::string_view general_detail(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
      return "it cannot be done now; the log says why under this request id";
    case ErrorCode::timeout:
      return "it took too long; the log says what under this request id";
    case ErrorCode::outcome_unknown:
      return "it may have happened or not; the log says more under this request id";
    default:
      return "something went wrong inside; the log has it under this request id";
  }
}

Response as_response(int status, const nlohmann::json& body) {
  auto response = json_answer(status, body);
  response.content_type = kProblemType;
  if (status == 401) response.headers["WWW-Authenticate"] = R"(Bearer realm="tenure")";
  if (status == 503) response.headers["Retry-After"] = "1";
  return response;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::stale:
      return 409;
    case ErrorCode::refused:
      return 422;
    case ErrorCode::corrupt:
      return 500;
    case ErrorCode::internal:
      return 500;
    case ErrorCode::outcome_unknown:
      return 502;
    case ErrorCode::unfinished:
      return 503;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::timeout:
      return 504;
  }
  return 500;
}

nlohmann::json problem_body(const Error& error, std::string_view request_id, Audience audience) {
  const int status = status_of(error.code());
  const bool is_told = error.code() != ErrorCode::internal && (status < 500 || audience == Audience::service);
  nlohmann::json body = {{"type", fmt::format("{}{}", kErrorUrn, to_string(error.code()))},
                         {"title", title_of(status)},
                         {"status", status},
                         {"detail", is_told ? std::string_view(error.what()) : general_detail(error.code())},
                         {"request_id", request_id}};
  if (error.retry() == Retry::later) body["retry"] = "later";
  if (is_told && !error.problems().empty()) body["problems"] = error.problems();
  return body;
}

Response problem(const Error& error, std::string_view request_id, Audience audience) {
  return as_response(status_of(error.code()), problem_body(error, request_id, audience));
}

Response http_problem(int status, std::string_view detail, std::string_view request_id) {
  return as_response(status, {{"type", "about:blank"},
                              {"title", title_of(status)},
                              {"status", status},
                              {"detail", detail},
                              {"request_id", request_id}});
}

Response too_many_requests(std::chrono::seconds wait, std::string_view request_id) {
  auto response = http_problem(429, "too many requests by this caller", request_id);
  response.headers["Retry-After"] = std::to_string(wait.count());
  return response;
}

}  // namespace tenure::server
