#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/secret.h"
#include "identity/principal.h"
#include "identity/signing_keys.h"

namespace tenure::identity {

/// Tokens are JWTs (RFC 7519) signed with ES256 and nothing else. Header: alg, kid, typ. Claims: iss "tenure", aud (one
/// service's prefix, or "tenure"), sub, kind ("service" or "user"), sid (a user's session), iat, exp; nbf is honoured.
inline constexpr std::string_view kIssuer = "tenure";
inline constexpr std::chrono::minutes kLongestServiceToken{5};
inline constexpr std::chrono::minutes kLongestUserToken{15};

/// @throws Error(invalid_argument) when ttl is not between a second and the longest allowed.
Secret issue_service_token(const SigningKeys& keys, const Clock& clock, std::string_view service,
                           std::string_view audience, std::chrono::seconds ttl = kLongestServiceToken);

/// As issue_service_token, for a person who has logged in: `session` is a session of identity::Login's.
Secret issue_user_token(const SigningKeys& keys, const Clock& clock, const UserId& user, const Uuid& session,
                        std::string_view audience, std::chrono::seconds ttl = kLongestUserToken);

/// Who the token speaks for, when it was signed by one of `keys` for one of `audiences` and is valid now. The
/// signature is checked before any claim is read. @throws Error(unauthenticated) with a reason in which nothing of the
/// token appears. Thread-safe.
Principal verify_token(const SigningKeys& keys, const Clock& clock, std::string_view token,
                       const std::vector<std::string>& audiences);

}  // namespace tenure::identity
