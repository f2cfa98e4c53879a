#pragma once

#include <vector>

#include "base/network.h"
#include "server/auth_routes.h"

namespace tenure::server {

/// Logging in from a web page of this server's own. The refresh token is a cookie that no script can read and no other
/// site can have sent (HttpOnly, SameSite=Strict, and only to these paths); the page holds the access token, in memory:
///
///     POST   /api/v1/auth/session           {"email", "password"} → access token, and the cookie
///     POST   /api/v1/auth/session/refresh   the cookie → access token, and the next cookie; 204 without one
///     DELETE /api/v1/auth/session           → 204; ends the session of the bearer token, and the cookie
///
/// The access token is answered as {"access_token", "token_type": "Bearer", "expires_in"}. A request that the browser
/// says comes from another site is 403. The cookie is Secure where a proxy in `trusted_proxies` took the request by
/// HTTPS.
void add_session_routes(Router& router, const AuthServices& services, std::vector<Network> trusted_proxies);

}  // namespace tenure::server
