#include "server/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "server/client_address.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

constexpr std::string_view kCurrentTenant = "current";

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

TraceContext trace_for(const Request& request) {
  const auto given = TraceContext::parse(request.header("traceparent").value_or(""));
  return given ? given->next() : TraceContext::start();
}

Router::Outcome find_route(const Router& router, const Request& request) {
  return router.find(request.method, request.path);
}

std::optional<identity::Principal> read_token(const AccessRule& rule, const Request& request,
                                              const identity::TokenVerifier& tokens) {
  if (rule.is_public()) return std::nullopt;
  const auto header = request.header("authorization");
  if (!header) return std::nullopt;
  const auto token = bearer_of(*header);
  if (!token) throw Error(ErrorCode::unauthenticated, "the Authorization header is not a bearer token");
  if (rule.line().permission == Permission::read_metrics && tokens.is_of_scraper(*token)) {
    return identity::Principal{.kind = identity::Principal::Kind::service, .name = "scraper"};
  }
  return tokens.verify(*token, rule.audiences(), rule.admits_people());
}

std::optional<Response> limit_rate(const RateLimiters& limiters, const AccessRule& rule, const Request& request) {
  const auto counted_by = rule.line().counted_by;
  std::optional<std::chrono::seconds> wait;
  if (counted_by == CountedBy::address) {
    wait = limiters.addresses.admit(client_of(request, limiters.trusted_proxies));
  } else if (request.principal) {
    auto& limiter = counted_by == CountedBy::account ? limiters.passwords : limiters.callers;
    wait = limiter.admit(
        fmt::format("{}:{}", request.principal->is_service() ? "service" : "user", request.principal->name));
  }
  if (!wait) return std::nullopt;
  return too_many_requests(*wait, request.request_id);
}

void check_standing(const Directory& directory, identity::Principal& principal, const Call& call) {
  // A service has no account, and a provider's user no session here.
  if (principal.is_service() || !principal.session) return;
  std::optional<identity::Standing> standing;
  if (directory.accounts != nullptr) {
    standing = directory.accounts->find_standing(principal.user(), *principal.session, call);
  }
  if (!standing) throw Error(ErrorCode::unauthenticated, "token: its session has ended");
  principal.is_platform_admin = standing->is_platform_admin;
}

std::optional<TenantId> find_tenant(const AccessRule& rule, const Directory& directory, const Request& request,
                                    const Call& call) {
  if (rule.line().tenant == TenantStates::no_tenant) return std::nullopt;
  const auto& text = request.path_parameter("tenant_id");
  if (text != kCurrentTenant) return TenantId::parse(text);
  if (directory.tenants == nullptr)
    throw Error(ErrorCode::not_found, "tenant: the estate routes no requests to tenants");
  std::optional<UserId> user;
  if (request.principal->is_user()) user = request.principal->user();
  return directory.tenants->route(
      {.host = request.header("host").value_or(""), .tenant_id = request.header("x-tenant-id"), .user = user}, call);
}

std::optional<tenancy::Access> find_access(const AccessRule& rule, const Directory& directory,
                                           const identity::Principal& principal, const std::optional<TenantId>& tenant,
                                           const Call& call) {
  const bool is_needed = tenant && principal.is_user() && rule.line().tenant != TenantStates::no_tenant;
  if (!is_needed || directory.members == nullptr) return std::nullopt;
  return directory.members->find_access(*tenant, principal.user(), call);
}

}  // namespace tenure::server
