#pragma once

#include "identity/accounts.h"
#include "identity/login.h"
#include "identity/password.h"
#include "identity/signing_keys.h"
#include "server/rate_limiter.h"
#include "server/router.h"

namespace tenure::server {

/// What the routes of accounts work with; all of it outlives the router.
struct AuthServices {
  identity::Login& login;
  identity::Accounts& accounts;
  identity::PasswordHasher& hasher;
  RateLimiter& password_tries;  ///< a log-in counts for its e-mail address, whether that has an account or not
};

/// GET /.well-known/jwks.json and /api/v1/auth/jwks.json, public (spec B6).
void add_key_routes(Router& router, const identity::SigningKeys& keys);

/// Accounts kept by Tenure itself (spec B6):
///
///     POST  /api/v1/auth/register          {"email", "full_name", "password"} → 202, whether the address is new or not
///     POST  /api/v1/auth/login             {"email", "password"} → tokens
///     POST  /api/v1/auth/refresh           {"refresh_token"} → tokens
///     POST  /api/v1/auth/logout            {"everywhere"?: true} → 204
///     GET   /api/v1/auth/me                → account
///     PATCH /api/v1/auth/me                {"full_name"}
///     POST  /api/v1/auth/me/password       {"current_password", "new_password"} → 204
///
/// Tokens: {"access_token", "token_type": "Bearer", "expires_in", "refresh_token", "refresh_expires_in"}.
void add_auth_routes(Router& router, const AuthServices& services);

/// Users as an operator sees them:
///
///     GET   /api/v1/auth/users?limit&cursor  → {"users": […], "next_cursor"}
///     POST  /api/v1/auth/users               {"email", "full_name", "password"?, "is_platform_admin"?} → 201
///     GET   /api/v1/auth/users/{user_id}
///     PATCH /api/v1/auth/users/{user_id}     {"full_name"?, "is_active"?, "is_platform_admin"?}
///
/// A user: {"user_id", "email", "full_name", "is_active", "is_platform_admin", "created_at"}.
void add_user_routes(Router& router, const AuthServices& services);

}  // namespace tenure::server
