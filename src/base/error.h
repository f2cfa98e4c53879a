#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// The closed set of what can go wrong. Translated in four places only: pg (SQLSTATE → Error), the job worker
/// (→ retry), the server (→ problem+json) and the CLI (→ exit status).
enum class ErrorCode {
  invalid_argument,  ///< the caller's input is wrong; names the field
  not_found,         ///< tenant, table, job … does not exist
  conflict,          ///< the state forbids it now: another job runs, a newer epoch holds the fence
  refused,           ///< Tenure will not do it safely; the message names the rule that would settle it
  unauthenticated,   ///< no or an invalid token
  forbidden,         ///< a valid token that may not do this
  stale,             ///< the catalog changed since the plan was made
  unfinished,        ///< part of it is done for good, and its time was up; the same call goes on behind that
  timeout,           ///< the deadline passed and the effect is known not to have happened
  unavailable,       ///< the other side could not be reached, or said "later"
  outcome_unknown,   ///< the request went out and no answer came: ask for the receipt, do not repeat blindly
  corrupt,           ///< data that Tenure wrote does not read back as written
  internal,          ///< a bug of ours
};

/// What a worker may do about an error.
enum class Retry { never, later };

std::string_view to_string(ErrorCode code);
/// Nothing when `text` is not what to_string() writes.
std::optional<ErrorCode> parse_error_code(std::string_view text);

/// The one exception type. The message is for people and never holds personal data or a secret: it names fields,
/// tables, constraints and services, not their values.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, Retry retry = Retry::never);

  ErrorCode code() const noexcept { return code_; }
  Retry retry() const noexcept { return retry_; }
  /// Message with its context, outermost first: "service orders: step 3: …".
  const char* what() const noexcept override { return full_.c_str(); }
  /// Every problem found, when validation collected several.
  const std::vector<std::string>& problems() const noexcept { return problems_; }
  /// PostgreSQL's five-character code when the error came from there, else empty.
  const std::string& sqlstate() const noexcept { return sqlstate_; }

  Error& in(std::string_view context) &;
  Error&& in(std::string_view context) &&;
  Error&& with_problems(std::vector<std::string> problems) &&;
  Error&& with_sqlstate(std::string sqlstate) &&;

 private:
  ErrorCode code_;
  Retry retry_;
  std::string full_;
  std::vector<std::string> problems_;
  std::string sqlstate_;
};

}  // namespace tenure
