#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/network.h"
#include "identity/accounts.h"
#include "identity/principal.h"
#include "identity/token_verifier.h"
#include "server/access.h"
#include "server/http.h"
#include "server/rate_limiter.h"
#include "server/router.h"
#include "tenancy/members.h"
#include "tenancy/tenant_router.h"

/// The layers in front of a route, in the order in which Gateway runs them (spec B9). Size limits come before, in
/// HttpServer; the rules of a tenant (admin count, ownership) and transactions after, in the routes.
namespace tenure::server {

/// Where callers and their tenants are looked up; what an estate does not have is null. All of it thread-safe and not
/// owned.
struct Directory {
  identity::Accounts* accounts = nullptr;
  tenancy::Members* members = nullptr;
  tenancy::TenantRouter* tenants = nullptr;
};

/// How often one may ask.
struct RateLimiters {
  RateLimiter& callers;                       ///< a principal
  RateLimiter& addresses;                     ///< a remote address, on routes such as log-in
  RateLimiter& passwords;                     ///< an account, on routes that take its password
  std::vector<Network> trusted_proxies = {};  ///< whose X-Forwarded-For is believed
};

/// 1. The id under which a request is logged and answered: the caller's X-Request-Id when it is 1 to 64 letters,
/// digits, '-', '_' or '.', else a new one.
std::string request_id_for(const Request& request);

/// Likewise the trace that it is part of: the caller's `traceparent`, a hop on, else a new one.
TraceContext trace_for(const Request& request);

/// 2. The route. @throws Error(invalid_argument) for an unacceptable path.
Router::Outcome find_route(const Router& router, const Request& request);

/// 3. Who calls, from the bearer token; nobody on a public route, whatever it carries. Metrics can be read with the
/// scraper's token too.
/// @throws Error(unauthenticated) when the token is invalid for the route's audiences.
std::optional<identity::Principal> read_token(const AccessRule& rule, const Request& request,
                                              const identity::TokenVerifier& tokens);

/// 4. A 429 with Retry-After when the principal, or on some public routes the address, asks too often; sooner on routes
/// that take the principal's password.
std::optional<Response> limit_rate(const RateLimiters& limiters, const AccessRule& rule, const Request& request);

// 5. require_kind, in access.h.

/// 6. Whether a person's session and account are still good, and whether they are a platform admin now; what a token
/// says of that counts only when another provider issued it. @throws Error(unauthenticated).
void check_standing(const Directory& directory, identity::Principal& principal, const Call& call);

/// 7. The tenant that the request is for: {tenant_id} of its path, or for the word "current" there the one that host
/// and headers name (spec D9). Nothing on routes whose rule has no tenant. @throws Error(invalid_argument) for a
/// malformed id; Error(not_found) as TenantRouter.
std::optional<TenantId> find_tenant(const AccessRule& rule, const Directory& directory, const Request& request,
                                    const Call& call);

/// 8. A person's access to that tenant, when the rule asks for one. Then require_access, in access.h.
std::optional<tenancy::Access> find_access(const AccessRule& rule, const Directory& directory,
                                           const identity::Principal& principal, const std::optional<TenantId>& tenant,
                                           const Call& call);

}  // namespace tenure::server
