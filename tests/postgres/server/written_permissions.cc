#include "tests/postgres/server/written_permissions.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace tenure::server {
namespace {

constexpr const char* kMembers = "owner, admin, manager, member, readonly";
constexpr const char* kMembersAndOperators = "owner, admin, manager, member, readonly, platform admin, service";
constexpr const char* kAdminsAndService = "owner, admin, service";
constexpr const char* kAdminsAndOperators = "owner, admin, platform admin, service";
constexpr const char* kOperators = "platform admin, service";

// The lines of the specification's table (B10) are marked with an asterisk.
constexpr WrittenRoute kRoutes[] = {
    {.route = "GET /health/live", .who = "anyone", .counted = "nothing"},
    {.route = "GET /health/ready", .who = "anyone", .counted = "nothing"},
    {.route = "GET /api/v1/health", .who = "anyone", .counted = "nothing"},
    {.route = "GET /api/v1/health/", .who = "anyone", .counted = "nothing"},
    {.route = "GET /api/v1/openapi.json", .who = "anyone", .counted = "nothing"},
    {.route = "GET /.well-known/jwks.json", .who = "anyone", .counted = "nothing"},
    {.route = "GET /api/v1/auth/jwks.json", .who = "anyone", .counted = "nothing"},
    {.route = "GET /api/v1/auth/evidence-key.pem", .who = "anyone", .counted = "nothing"},

    {.route = "POST /api/v1/auth/register", .who = "anyone", .success = 202, .counted = "address"},
    {.route = "POST /api/v1/auth/login", .who = "anyone", .counted = "address"},
    {.route = "POST /api/v1/auth/refresh", .who = "anyone", .counted = "address"},
    {.route = "POST /api/v1/auth/logout", .who = "person", .success = 204},
    {.route = "POST /api/v1/auth/session", .who = "anyone", .counted = "address"},
    {.route = "POST /api/v1/auth/session/refresh", .who = "anyone", .success = 204, .counted = "address"},
    {.route = "DELETE /api/v1/auth/session", .who = "person", .success = 204},
    {.route = "GET /api/v1/auth/me", .who = "person"},
    {.route = "PATCH /api/v1/auth/me", .who = "person"},
    {.route = "POST /api/v1/auth/me/password", .who = "person", .success = 204, .counted = "account"},
    {.route = "DELETE /api/v1/auth/me/account", .who = "person", .counted = "account"},  // *

    {.route = "GET /api/v1/auth/users", .who = kOperators},
    {.route = "POST /api/v1/auth/users", .who = kOperators, .success = 201},
    {.route = "GET /api/v1/auth/users/{user_id}", .who = kOperators},
    {.route = "PATCH /api/v1/auth/users/{user_id}", .who = kOperators},
    {.route = "GET /api/v1/auth/users/{user_id}/deletion-preview", .who = kOperators},
    {.route = "DELETE /api/v1/auth/users/{user_id}", .who = kOperators},  // *

    // * A tenant's owner and admins see their own tenant's jobs; to all others one is not there.
    {.route = "GET /api/v1/auth/deletion-jobs", .who = kAdminsAndOperators},
    {.route = "GET /api/v1/auth/deletion-jobs/{job_id}", .who = kAdminsAndOperators, .refusal = 404},
    {.route = "GET /api/v1/auth/deletion-jobs/{job_id}/transitions", .who = kAdminsAndOperators, .refusal = 404},
    {.route = "GET /api/v1/auth/deletion-jobs/{job_id}/report", .who = kAdminsAndOperators, .refusal = 404},
    // As for deleting it: a tenant's owner and admins, or a service; a platform admin orders those of users.
    {.route = "POST /api/v1/auth/deletion-jobs", .who = kAdminsAndOperators, .success = 202},
    {.route = "POST /api/v1/auth/deletion-jobs/{job_id}/cancel", .who = kAdminsAndOperators, .refusal = 404},
    {.route = "POST /api/v1/auth/deletion-jobs/{job_id}/approve", .who = kOperators},
    {.route = "PATCH /api/v1/auth/deletion-jobs/{job_id}", .who = kOperators},
    {.route = "POST /api/v1/auth/deletion-jobs/{job_id}/retry", .who = kOperators, .success = 202},
    {.route = "POST /api/v1/auth/deletion-jobs/{job_id}/restore", .who = kOperators, .success = 202},

    {.route = "GET /metrics", .who = kOperators},
    {.route = "GET /api/v1/auth/deletion-overview", .who = kOperators},
    {.route = "GET /api/v1/auth/deletion-history", .who = kOperators},
    {.route = "GET /api/v1/audit", .who = kOperators},
    {.route = "GET /api/v1/schemas", .who = kOperators},
    // None of the services here has a schema a tenant.
    {.route = "GET /api/v1/schemas/{service}", .who = kOperators, .success = 404},
    {.route = "GET /api/v1/schemas/{service}/runs", .who = kOperators, .success = 404},
    {.route = "GET /api/v1/schemas/{service}/drift", .who = kOperators, .success = 404},
    // Which jobs one is shown is decided job by job; without a WebSocket there is nothing to show.
    {.route = "GET /api/v1/live", .who = "person, service", .success = 426},

    {.route = "GET /api/v1/legal-holds", .who = kOperators},
    {.route = "POST /api/v1/legal-holds", .who = kOperators, .success = 201},
    {.route = "POST /api/v1/legal-holds/{tenant_id}/release", .who = kOperators},

    {.route = "POST /api/v1/tenants", .who = "person, service", .success = 201},
    {.route = "GET /api/v1/tenants", .who = "person, service"},
    {.route = "POST /api/v1/tenants/sweep", .who = kOperators},
    {.route = "GET /api/v1/tenants/{tenant_id}", .who = kMembersAndOperators, .tenant = "live"},
    {.route = "PATCH /api/v1/tenants/{tenant_id}", .who = kAdminsAndOperators, .tenant = "live"},
    {.route = "DELETE /api/v1/tenants/{tenant_id}", .who = kAdminsAndService, .tenant = "any"},  // *
    {.route = "GET /api/v1/deletion-preview/{tenant_id}", .who = kAdminsAndOperators, .tenant = "any"},
    {.route = "POST /api/v1/tenants/{tenant_id}/soft-delete", .who = kAdminsAndService, .tenant = "live"},
    {.route = "POST /api/v1/tenants/{tenant_id}/restore", .who = kAdminsAndOperators, .tenant = "any"},
    {.route = "POST /api/v1/tenants/{tenant_id}/suspend", .who = kOperators, .tenant = "any"},
    {.route = "POST /api/v1/tenants/{tenant_id}/activate", .who = kOperators, .tenant = "any"},
    {.route = "GET /api/v1/tenants/{tenant_id}/places", .who = kOperators},
    {.route = "PUT /api/v1/tenants/{tenant_id}/default", .who = kMembers, .tenant = "live", .success = 204},

    {.route = "GET /api/v1/tenants/{tenant_id}/admins", .who = "person, service", .tenant = "any"},               // *
    {.route = "POST /api/v1/tenants/{tenant_id}/transfer-ownership", .who = "owner, service", .tenant = "live"},  // *
    {.route = "GET /api/v1/tenants/{tenant_id}/members", .who = kMembersAndOperators, .tenant = "live"},
    {.route = "POST /api/v1/tenants/{tenant_id}/members", .who = "service", .tenant = "live", .success = 201},
    {.route = "PATCH /api/v1/tenants/{tenant_id}/members/{user_id}", .who = kAdminsAndService, .tenant = "live"},
    {.route = "DELETE /api/v1/tenants/{tenant_id}/members/{user_id}",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 204},
    {.route = "POST /api/v1/tenants/{tenant_id}/leave",
     .who = "admin, manager, member, readonly",
     .tenant = "live",
     .success = 204},
    {.route = "GET /api/v1/tenants/user/{user_id}/memberships", .who = "service"},
    {.route = "DELETE /api/v1/tenants/user/{user_id}/memberships", .who = "service"},  // *

    {.route = "GET /api/v1/tenants/{tenant_id}/invitations", .who = kAdminsAndService, .tenant = "live"},
    {.route = "POST /api/v1/tenants/{tenant_id}/invitations",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 201},
    {.route = "DELETE /api/v1/tenants/{tenant_id}/invitations/{invitation_id}",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 204},
    {.route = "POST /api/v1/invitations/accept", .who = "person"},

    {.route = "GET /api/v1/tenants/{tenant_id}/subscription", .who = kAdminsAndOperators, .tenant = "live"},
    {.route = "PUT /api/v1/tenants/{tenant_id}/subscription", .who = kOperators, .tenant = "live"},
    {.route = "POST /api/v1/tenants/{tenant_id}/subscription/cancel",
     .who = "owner, platform admin, service",
     .tenant = "live"},
    {.route = "GET /api/v1/tenants/{tenant_id}/settings", .who = kMembersAndOperators, .tenant = "live"},
    {.route = "PUT /api/v1/tenants/{tenant_id}/settings/{name}",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 204},
    {.route = "DELETE /api/v1/tenants/{tenant_id}/settings/{name}",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 204},
    {.route = "GET /api/v1/tenants/{tenant_id}/domains", .who = kMembersAndOperators, .tenant = "live"},
    {.route = "POST /api/v1/tenants/{tenant_id}/domains", .who = kAdminsAndService, .tenant = "live", .success = 201},
    {.route = "POST /api/v1/tenants/{tenant_id}/domains/{domain}/primary", .who = kAdminsAndService, .tenant = "live"},
    {.route = "DELETE /api/v1/tenants/{tenant_id}/domains/{domain}",
     .who = kAdminsAndService,
     .tenant = "live",
     .success = 204},

    // *
    {.route = "GET /api/v1/{svc}/tenant/{tenant_id}/deletion-preview", .who = "service"},
    {.route = "DELETE /api/v1/{svc}/tenant/{tenant_id}", .who = "service"},
    {.route = "POST /api/v1/{svc}/tenant/{tenant_id}/restore", .who = "service"},
    {.route = "GET /api/v1/{svc}/user/{user_id}/deletion-preview", .who = "service"},
    {.route = "DELETE /api/v1/{svc}/user/{user_id}", .who = "service"},
    {.route = "POST /api/v1/{svc}/user/{user_id}/restore", .who = "service"},
    {.route = "GET /api/v1/{svc}/{user_path}/{user_id}/deletion-preview", .who = "service"},
    {.route = "DELETE /api/v1/{svc}/{user_path}/{user_id}", .who = "service"},
    {.route = "POST /api/v1/{svc}/{user_path}/{user_id}/restore", .who = "service"},
};

Callers callers_of_word(std::string_view word) {
  if (word == "person") return CallerKind::user;
  if (word == "service") return CallerKind::service;
  if (word == "platform admin") return CallerKind::platform_admin;
  if (word == "owner") return CallerKind::owner;
  if (word == "admin") return CallerKind::admin;
  if (word == "manager") return CallerKind::manager;
  if (word == "member") return CallerKind::member;
  if (word == "readonly") return CallerKind::readonly;
  throw std::invalid_argument(std::string(word));
}

std::vector<WrittenRoute> routes_that_are(bool wants_public) {
  std::vector<WrittenRoute> chosen;
  for (const auto& route : kRoutes) {
    if (callers_of(route.who).empty() == wants_public) chosen.push_back(route);
  }
  return chosen;
}

void replace_first(std::string& text, std::string_view what, std::string_view by) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
}

}  // namespace

std::string WrittenRoute::method() const { return std::string(route).substr(0, std::string_view(route).find(' ')); }

std::string WrittenRoute::pattern() const { return std::string(route).substr(std::string_view(route).find(' ') + 1); }

std::string WrittenRoute::test_name() const {
  std::string name = route;
  replace_first(name, "/api/v1", "");
  if (name.ends_with('/')) name += "slash";
  std::string words;
  for (const char letter : name) {
    const bool is_part = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    if (is_part || (!words.empty() && words.back() != '_')) words += is_part ? letter : '_';
  }
  if (words.ends_with('_')) words.pop_back();
  return words;
}

std::ostream& operator<<(std::ostream& out, const WrittenRoute& written) { return out << written.route; }

std::span<const WrittenRoute> written_routes() { return kRoutes; }

const WrittenRoute& written_route(std::string_view route) {
  const auto* found = std::find_if(std::begin(kRoutes), std::end(kRoutes),
                                   [&](const WrittenRoute& written) { return route == written.route; });
  if (found == std::end(kRoutes)) throw std::out_of_range("nobody wrote down who may call " + std::string(route));
  return *found;
}

Callers callers_of(std::string_view who) {
  Callers callers;
  if (who == "anyone") return callers;
  while (!who.empty()) {
    const auto comma = who.find(", ");
    callers = callers | callers_of_word(who.substr(0, comma));
    who = comma == std::string_view::npos ? std::string_view() : who.substr(comma + 2);
  }
  return callers;
}

std::vector<WrittenRoute> public_routes() { return routes_that_are(true); }

std::vector<WrittenRoute> guarded_routes() { return routes_that_are(false); }

bool may_call(const WrittenRoute& written, Callers kinds) {
  const auto allowed = callers_of(written.who);
  constexpr CallerKind kAll[] = {CallerKind::service, CallerKind::user,    CallerKind::platform_admin,
                                 CallerKind::owner,   CallerKind::admin,   CallerKind::manager,
                                 CallerKind::member,  CallerKind::readonly};
  return std::any_of(std::begin(kAll), std::end(kAll),
                     [&](CallerKind kind) { return allowed.has(kind) && kinds.has(kind); });
}

bool is_for_services_only(const WrittenRoute& written) { return callers_of(written.who) == CallerKind::service; }

bool is_for_any_person(const WrittenRoute& written) { return callers_of(written.who).has(CallerKind::user); }

std::vector<const Route*> running_routes(const Router& router, std::string_view written) {
  std::vector<const Route*> found;
  for (const auto& route : router.routes()) {
    if (written_name(route) == written) found.push_back(&route);
  }
  return found;
}

std::string written_name(const Route& route) {
  auto pattern = route.pattern;
  for (const auto* prefix : {"/api/v1/tenant/", "/api/v1/orders/", "/api/v1/alerts/"}) {
    if (pattern.starts_with(prefix)) pattern = "/api/v1/{svc}/" + pattern.substr(std::string_view(prefix).size());
  }
  replace_first(pattern, "/{svc}/rules/user/", "/{svc}/{user_path}/");
  return route.method + " " + pattern;
}

}  // namespace tenure::server
