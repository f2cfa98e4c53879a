#include "identity/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base64url.h"
#include "base/error.h"
#include "identity/jwt.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestToken = 4096;  // ours have about 400 characters

std::int64_t seconds_of(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

std::string_view name_of(Principal::Kind kind) { return kind == Principal::Kind::service ? "service" : "user"; }

std::chrono::seconds longest(Principal::Kind kind) {
  return kind == Principal::Kind::service ? kLongestServiceToken : kLongestUserToken;
}

Secret issue(const SigningKeys& keys, const Clock& clock, const Principal& principal, std::string_view audience,
             std::chrono::seconds ttl) {
  if (ttl < std::chrono::seconds(1) || ttl > longest(principal.kind)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("ttl: a {} token lives between 1 and {} seconds",
                                                         name_of(principal.kind), longest(principal.kind).count()));
  }
  const auto key = keys.newest();
  const auto now = seconds_of(clock);
  const json header = {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", key.id()}};
  json claims = {
      {"iss", kIssuer}, {"aud", audience},         {"sub", principal.name}, {"kind", name_of(principal.kind)},
      {"iat", now},     {"exp", now + ttl.count()}};
  if (principal.session) claims["sid"] = principal.session->str();
  const auto message = fmt::format("{}.{}", to_base64url(header.dump()), to_base64url(claims.dump()));
  return Secret(fmt::format("{}.{}", message, to_base64url(key.sign(message))));
}

Es256Key key_of(const json& header, const SigningKeys& keys) {
  if (text_claim(header, "alg") != "ES256") throw rejected_token("alg is not ES256");
  const auto id = text_claim(header, "kid");
  if (!id) throw rejected_token("kid is missing");
  auto key = keys.find(*id);
  if (!key) throw rejected_token("kid is not a key of this estate");
  return *std::move(key);
}

Uuid uuid_claim(const json& claims, const char* name) {
  const auto text = text_claim(claims, name);
  try {
    return Uuid::parse(text.value_or(""), name);
  } catch (const Error&) {
    throw rejected_token(fmt::format("{} is no id of a user token", name));
  }
}

Principal principal_of(const json& claims) {
  const auto kind = text_claim(claims, "kind");
  if (kind == "user") {
    return {Principal::Kind::user, uuid_claim(claims, "sub").str(), uuid_claim(claims, "sid")};
  }
  if (kind != "service") throw rejected_token("kind is neither service nor user");
  auto subject = text_claim(claims, "sub");
  if (!subject || subject->empty()) throw rejected_token("sub is missing");
  return {Principal::Kind::service, *std::move(subject)};
}

void require_short_life(const json& claims, Principal::Kind kind) {
  const auto life = time_claim(claims, "exp").value() - time_claim(claims, "iat").value();
  if (life > longest(kind).count()) throw rejected_token("lives longer than allowed");
}

}  // namespace

Secret issue_service_token(const SigningKeys& keys, const Clock& clock, std::string_view service,
                           std::string_view audience, std::chrono::seconds ttl) {
  return issue(keys, clock, {Principal::Kind::service, std::string(service)}, audience, ttl);
}

Secret issue_user_token(const SigningKeys& keys, const Clock& clock, const UserId& user, const Uuid& session,
                        std::string_view audience, std::chrono::seconds ttl) {
  return issue(keys, clock, {Principal::Kind::user, user.str(), session}, audience, ttl);
}

Principal verify_token(const SigningKeys& keys, const Clock& clock, std::string_view token,
                       const std::vector<std::string>& audiences) {
  if (token.size() > kLongestToken) throw rejected_token("too long");
  const auto parts = split_jwt(token);
  if (!key_of(parts.header, keys).verify(parts.message, parts.signature)) {
    throw rejected_token("the signature is wrong");
  }
  const auto claims = decode_claims(parts);
  if (text_claim(claims, "iss") != kIssuer) throw rejected_token("iss is not this estate");
  const auto audience = text_claim(claims, "aud");
  if (!audience || std::find(audiences.begin(), audiences.end(), *audience) == audiences.end()) {
    throw rejected_token("aud is another service");
  }
  auto principal = principal_of(claims);
  require_current(claims, seconds_of(clock));
  require_short_life(claims, principal.kind);
  return principal;
}

}  // namespace tenure::identity
