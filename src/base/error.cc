#include "base/error.h"

#include <utility>

namespace tenure {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::stale:
      return "stale";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::unfinished:
      return "unfinished";
    case ErrorCode::outcome_unknown:
      return "outcome_unknown";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

std::optional<ErrorCode> parse_error_code(std::string_view text) {
  for (const auto code :
       {ErrorCode::invalid_argument, ErrorCode::not_found, ErrorCode::conflict, ErrorCode::refused,
        ErrorCode::unauthenticated, ErrorCode::forbidden, ErrorCode::stale, ErrorCode::timeout, ErrorCode::unavailable,
        ErrorCode::outcome_unknown, ErrorCode::unfinished, ErrorCode::corrupt, ErrorCode::internal}) {
    if (to_string(code) == text) return code;
  }
  return std::nullopt;
}

Error::Error(ErrorCode code, std::string message, Retry retry)
    : code_(code), retry_(retry), full_(std::move(message)) {}

Error& Error::in(std::string_view context) & {
  full_ = std::string(context) + ": " + full_;
  return *this;
}

Error&& Error::in(std::string_view context) && { return std::move(in(context)); }

Error&& Error::with_problems(std::vector<std::string> problems) && {
  problems_ = std::move(problems);
  return std::move(*this);
}

Error&& Error::with_sqlstate(std::string sqlstate) && {
  sqlstate_ = std::move(sqlstate);
  return std::move(*this);
}

}  // namespace tenure
