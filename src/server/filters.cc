#include "server/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "identity/token.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

bool is_safe_id(std::string_view id) {
  const auto is_safe = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' || letter == '.';
  };
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), is_safe);
}

/// The credentials of a Bearer header (RFC 6750); the scheme's case does not matter.
std::optional<std::string_view> bearer_of(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size()) return std::nullopt;
  const auto is_same = [](char given, char expected) {
    return std::tolower(static_cast<unsigned char>(given)) == expected;
  };
  if (!std::equal(kScheme.begin(), kScheme.end(), header.begin(), [&](char e, char g) { return is_same(g, e); })) {
    return std::nullopt;
  }
  return header.substr(kScheme.size());
}

}  // namespace

std::string request_id_for(const Request& request) {
  auto given = request.header("x-request-id");
  return given && is_safe_id(*given) ? *std::move(given) : Uuid::random().str();
}

Router::Outcome find_route(const Router& router, const Request& request) {
  return router.find(request.method, request.path);
}

std::optional<identity::Principal> read_token(const AccessRule& rule, const Request& request,
                                              const identity::SigningKeys& keys, const Clock& clock) {
  if (rule.kind() == AccessRule::Kind::public_) return std::nullopt;
  const auto header = request.header("authorization");
  if (!header) return std::nullopt;
  const auto token = bearer_of(*header);
  if (!token) throw Error(ErrorCode::unauthenticated, "the Authorization header is not a bearer token");
  return identity::verify_token(keys, clock, *token, rule.audiences());
}

std::optional<Response> limit_rate(RateLimiter& limiter, const Request& request) {
  if (!request.principal) return std::nullopt;
  const auto wait = limiter.admit(
      fmt::format("{}:{}", request.principal->is_service() ? "service" : "user", request.principal->name));
  if (!wait) return std::nullopt;
  auto response = http_problem(429, "too many requests by this caller", request.request_id);
  response.headers["Retry-After"] = std::to_string(wait->count());
  return response;
}

}  // namespace tenure::server
