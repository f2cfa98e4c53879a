#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

/// The form of a JSON Web Token (RFC 7519, compact serialisation), whoever signed it.
namespace tenure::identity {

struct JwtParts {
  nlohmann::json header;     ///< an object; not to be believed before the signature is checked
  std::string_view claims;   ///< still encoded, so that nobody reads them before the signature is checked
  std::string signature;     ///< decoded
  std::string_view message;  ///< header and claims, as signed
};

/// Takes a token apart. The parts refer to `token`. @throws Error(unauthenticated) when it has not the form.
JwtParts split_jwt(std::string_view token);
/// The claims, once the signature is known to be right. @throws Error(unauthenticated).
nlohmann::json decode_claims(const JwtParts& parts);

std::optional<std::string> text_claim(const nlohmann::json& object, const char* name);
/// Seconds since 1970. @throws Error(unauthenticated) when it is there and no time.
std::optional<std::int64_t> time_claim(const nlohmann::json& claims, const char* name);
/// exp and iat are there, and now lies between them and after nbf, with 30 s for another machine's clock.
/// @throws Error(unauthenticated).
void require_current(const nlohmann::json& claims, std::int64_t now_seconds);

/// "token: {why}", as Error(unauthenticated); `why` holds nothing of the token.
Error rejected_token(std::string_view why);

}  // namespace tenure::identity
