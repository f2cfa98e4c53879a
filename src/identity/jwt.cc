#include "identity/jwt.h"

#include <fmt/format.h>

#include "base/base64url.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestToken = 8192;
constexpr std::int64_t kClockSkew = 30;              // seconds by which another machine's clock may be ahead
constexpr std::uint64_t kLatestTime = 253402300799;  // the year 9999, so that sums and differences of times stay exact

json object_of(std::string_view part, std::string_view what) {
  const auto text = from_base64url(part);
  auto object = text ? json::parse(*text, nullptr, false) : json();
  if (!object.is_object()) throw rejected_token(fmt::format("{} is not readable", what));
  return object;
}

}  // namespace

Error rejected_token(std::string_view why) { return Error(ErrorCode::unauthenticated, fmt::format("token: {}", why)); }

JwtParts split_jwt(std::string_view token) {
  if (token.size() > kLongestToken) throw rejected_token("too long");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    throw rejected_token("not three parts");
  }
  auto header = object_of(token.substr(0, first), "the header");
  if (header.contains("crit")) throw rejected_token("crit is not supported");
  auto signature = from_base64url(token.substr(second + 1));
  if (!signature) throw rejected_token("the signature is not readable");
  return {std::move(header), token.substr(first + 1, second - first - 1), *std::move(signature),
          token.substr(0, second)};
}

json decode_claims(const JwtParts& parts) { return object_of(parts.claims, "the payload"); }

std::optional<std::string> text_claim(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::int64_t> time_claim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > kLatestTime) {
    throw rejected_token(fmt::format("{} is not a time", name));
  }
  return found->get<std::int64_t>();
}

void require_current(const json& claims, std::int64_t now_seconds) {
  const auto expires = time_claim(claims, "exp");
  const auto issued = time_claim(claims, "iat");
  const auto not_before = time_claim(claims, "nbf");
  if (!expires || !issued) throw rejected_token("exp or iat is missing");
  if (now_seconds >= *expires) throw rejected_token("expired");
  const auto latest_start = now_seconds + kClockSkew;
  if (*issued > latest_start || (not_before && *not_before > latest_start)) throw rejected_token("not valid yet");
}

}  // namespace tenure::identity
