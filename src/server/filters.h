#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "identity/principal.h"
#include "identity/signing_keys.h"
#include "server/access.h"
#include "server/http.h"
#include "server/rate_limiter.h"
#include "server/router.h"

/// The layers in front of a route, in the order in which Gateway runs them (spec B9). Size limits come before, in
/// HttpServer; role, membership and the rules of a tenant after, in the routes.
namespace tenure::server {

/// 1. The id under which a request is logged and answered: the caller's X-Request-Id when it is 1 to 64 letters,
/// digits, '-', '_' or '.', else a new one.
std::string request_id_for(const Request& request);

/// 2. The route. @throws Error(invalid_argument) for an unacceptable path.
Router::Outcome find_route(const Router& router, const Request& request);

/// 3. Who calls, from the bearer token; nobody on a public route, whatever it carries.
/// @throws Error(unauthenticated) when the token is invalid for the route's audiences.
std::optional<identity::Principal> read_token(const AccessRule& rule, const Request& request,
                                              const identity::SigningKeys& keys, const Clock& clock);

/// 4. A 429 with Retry-After when the principal asks too often. Public routes are not limited.
std::optional<Response> limit_rate(RateLimiter& limiter, const Request& request);

// 5. require_access, in access.h.

}  // namespace tenure::server
