#include "identity/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "identity/base64url.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestToken = 4096;  // ours have about 400 characters
constexpr std::int64_t kClockSkew = 30;      // seconds by which another machine's clock may be ahead

std::int64_t seconds_of(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

std::string_view name_of(Principal::Kind kind) { return kind == Principal::Kind::service ? "service" : "user"; }

std::chrono::seconds longest(Principal::Kind kind) {
  return kind == Principal::Kind::service ? kLongestServiceToken : kLongestUserToken;
}

Error rejected(std::string_view why) { return Error(ErrorCode::unauthenticated, fmt::format("token: {}", why)); }

Secret issue(const SigningKeys& keys, const Clock& clock, const Principal& principal, std::string_view audience,
             std::chrono::seconds ttl) {
  if (ttl < std::chrono::seconds(1) || ttl > longest(principal.kind)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("ttl: a {} token lives between 1 and {} seconds",
                                                         name_of(principal.kind), longest(principal.kind).count()));
  }
  const auto key = keys.newest();
  const auto now = seconds_of(clock);
  const json header = {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", key.id()}};
  const json claims = {
      {"iss", kIssuer}, {"aud", audience},         {"sub", principal.name}, {"kind", name_of(principal.kind)},
      {"iat", now},     {"exp", now + ttl.count()}};
  const auto message = fmt::format("{}.{}", to_base64url(header.dump()), to_base64url(claims.dump()));
  return Secret(fmt::format("{}.{}", message, to_base64url(key.sign(message))));
}

struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view message;  ///< header and claims, as signed
};

Parts split(std::string_view token) {
  if (token.size() > kLongestToken) throw rejected("too long");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    throw rejected("not three parts");
  }
  return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
          token.substr(0, second)};
}

json object_of(std::string_view part, std::string_view what) {
  const auto text = from_base64url(part);
  auto object = text ? json::parse(*text, nullptr, false) : json();
  if (!object.is_object()) throw rejected(fmt::format("{} is not readable", what));
  return object;
}

std::optional<std::string> text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::int64_t> time_of(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  // Whole seconds before the year 10000, so that sums and differences of them stay exact.
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > 253402300799U) {
    throw rejected(fmt::format("{} is not a time", name));
  }
  return found->get<std::int64_t>();
}

Es256Key key_of(const json& header, const SigningKeys& keys) {
  if (text_of(header, "alg") != "ES256") throw rejected("alg is not ES256");
  if (header.contains("crit")) throw rejected("crit is not supported");
  const auto id = text_of(header, "kid");
  if (!id) throw rejected("kid is missing");
  auto key = keys.find(*id);
  if (!key) throw rejected("kid is not a key of this estate");
  return *std::move(key);
}

void require_time(const json& claims, Principal::Kind kind, std::int64_t now) {
  const auto expires = time_of(claims, "exp");
  const auto issued = time_of(claims, "iat");
  const auto not_before = time_of(claims, "nbf");
  if (!expires || !issued) throw rejected("exp or iat is missing");
  if (now >= *expires) throw rejected("expired");
  if (*issued > now + kClockSkew || (not_before && *not_before > now + kClockSkew)) throw rejected("not valid yet");
  if (*expires - *issued > longest(kind).count()) throw rejected("lives longer than allowed");
}

Principal principal_of(const json& claims) {
  const auto kind = text_of(claims, "kind");
  const auto subject = text_of(claims, "sub");
  if (!subject || subject->empty()) throw rejected("sub is missing");
  if (kind == "service") return {Principal::Kind::service, *subject};
  if (kind == "user") return {Principal::Kind::user, *subject};
  throw rejected("kind is neither service nor user");
}

}  // namespace

Secret issue_service_token(const SigningKeys& keys, const Clock& clock, std::string_view service,
                           std::string_view audience, std::chrono::seconds ttl) {
  return issue(keys, clock, {Principal::Kind::service, std::string(service)}, audience, ttl);
}

Secret issue_user_token(const SigningKeys& keys, const Clock& clock, const UserId& user, std::string_view audience,
                        std::chrono::seconds ttl) {
  return issue(keys, clock, {Principal::Kind::user, user.str()}, audience, ttl);
}

Principal verify_token(const SigningKeys& keys, const Clock& clock, std::string_view token,
                       const std::vector<std::string>& audiences) {
  const auto parts = split(token);
  const auto key = key_of(object_of(parts.header, "the header"), keys);
  const auto signature = from_base64url(parts.signature);
  if (!signature || !key.verify(parts.message, *signature)) throw rejected("the signature is wrong");

  const auto claims = object_of(parts.claims, "the payload");
  if (text_of(claims, "iss") != kIssuer) throw rejected("iss is not this estate");
  const auto audience = text_of(claims, "aud");
  if (!audience || std::find(audiences.begin(), audiences.end(), *audience) == audiences.end()) {
    throw rejected("aud is another service");
  }
  auto principal = principal_of(claims);
  require_time(claims, principal.kind, seconds_of(clock));
  return principal;
}

}  // namespace tenure::identity
