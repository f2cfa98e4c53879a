#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/error.h"
#include "server/http.h"

namespace tenure::server {

/// Whom an error is told.
enum class Audience { anyone, service };

/// The HTTP status of an error: invalid_argument 400, unauthenticated 401, forbidden 403, not_found 404, conflict and
/// stale 409, refused 422 (the request is understood; a rule of the estate must settle it first), corrupt and internal
/// 500, outcome_unknown 502, unavailable 503, timeout 504.
int status_of(ErrorCode code);

/// RFC 9457: {"type", "title", "status", "detail", "problems"?, "retry"?, "request_id"}. By the type,
/// "urn:tenure:error:<code>", and by "retry": "later" another Tenure knows the exact error again. What a bug of ours
/// says stays in the log: its detail is general. So is that of every 5xx for those who are no service of the estate:
/// such texts name hosts, databases and roles.
nlohmann::json problem_body(const Error& error, std::string_view request_id, Audience audience = Audience::anyone);

/// problem_body as a response, with WWW-Authenticate on 401 and Retry-After on 503.
Response problem(const Error& error, std::string_view request_id, Audience audience = Audience::anyone);

/// A problem of HTTP itself, which has no ErrorCode: 404 of an unknown path, 405, 413, 429 …
Response http_problem(int status, std::string_view detail, std::string_view request_id);

/// 429 with Retry-After.
Response too_many_requests(std::chrono::seconds wait, std::string_view request_id);

inline constexpr std::string_view kProblemType = "application/problem+json";
inline constexpr std::string_view kErrorUrn = "urn:tenure:error:";

}  // namespace tenure::server
