#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/body.h"
#include "server/tenant_json.h"
#include "server/tenant_routes.h"
#include "server/tenant_rules.h"

namespace tenure::server {
namespace {

using tenancy::Role;

constexpr Milliseconds kTimeout{15000};
constexpr Milliseconds kEverywhereTimeout{60000};

UserId user_of(const Request& request) { return UserId::parse(request.path_parameter("user_id")); }

/// @throws Error with every problem of the body, this field's included.
Role role_of(Body& body) {
  const auto role = body.parsed("role", [](const std::string& text) { return tenancy::parse_role(text); });
  body.check();
  return role.value();
}

/// Names of people are for those who work with them.
bool may_see_names(const Request& request) {
  return request.principal->is_service() || request.principal->is_platform_admin || request.role.has_value();
}

/// A tenant that is hidden from its members is hidden from strangers too.
void require_visible(const TenancyServices& services, const Request& request, const Call& call) {
  if (request.principal->is_service() || request.principal->is_platform_admin) return;
  const auto access = services.members.find_access(request.tenant.value(), request.principal->user(), call);
  if (!access.is_live()) throw Error(ErrorCode::not_found, "tenant_id: there is no such tenant");
}

Response admins(const TenancyServices& services, const Request& request) {
  const auto call = request.call_within(kTimeout);
  require_visible(services, request, call);
  const auto found = services.members.admins(request.tenant.value(), call);
  return json_answer(200, {{"admins", members_to_json(services, found, may_see_names(request), call)}});
}

Response list(const TenancyServices& services, const Request& request) {
  const auto call = request.call_within(kTimeout);
  const auto found = services.members.list(request.tenant.value(), call);
  return json_answer(200, {{"members", members_to_json(services, found, true, call)}});
}

Response transfer(const TenancyServices& services, const Request& request) {
  Body body(request, {"new_owner_id"});
  if (!body.has("new_owner_id")) body.problem("new_owner_id: missing");
  const auto heir = body.optional_user("new_owner_id");
  body.check();
  const auto call = request.call_within(kTimeout);
  require_active_account(services, heir.value(), "new_owner_id", call);
  // A service transfers from whom it finds: of two at once one is refused, whoever they come from.
  const auto from = request.principal->is_user() ? request.principal->user()
                                                 : services.tenants.get(request.tenant.value(), call).owner;
  services.members.transfer_ownership(request.tenant.value(), from, heir.value(), call);
  return json_answer(200, tenant_to_json(services.tenants.get(request.tenant.value(), call)));
}

Response add(const TenancyServices& services, const Request& request) {
  Body body(request, {"user_id", "role"});
  if (!body.has("user_id")) body.problem("user_id: missing");
  const auto user = body.optional_user("user_id");
  const auto role = role_of(body);
  const auto call = request.call_within(kTimeout);
  require_active_account(services, user.value(), "user_id", call);
  return json_answer(201, member_to_json(services.members.add(request.tenant.value(), user.value(), role, call)));
}

Response change(const TenancyServices& services, const Request& request) {
  Body body(request, {"role"});
  const auto role = role_of(body);
  const auto user = user_of(request);
  const auto call = request.call_within(kTimeout);
  return json_answer(
      200, member_to_json(services.members.change_role(request.tenant.value(), user, role, call, request.role)));
}

Response remove(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  const auto user = user_of(request);
  services.members.remove(request.tenant.value(), user, request.call_within(kTimeout), request.role);
  return no_content();
}

Response leave(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  services.members.remove(request.tenant.value(), request.principal->user(), request.call_within(kTimeout));
  return no_content();
}

Response memberships(const TenancyServices& services, const Request& request) {
  const auto user = user_of(request);
  nlohmann::json found = nlohmann::json::array();
  for (const auto& membership : services.members.memberships_of(user, request.call_within(kTimeout))) {
    found.push_back(membership_to_json(membership));
  }
  return json_answer(200, {{"user_id", user.str()}, {"memberships", std::move(found)}});
}

Response remove_memberships(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  const auto user = user_of(request);
  nlohmann::json results = nlohmann::json::array();
  int removed = 0;
  for (const auto& one : services.members.remove_everywhere(user, request.call_within(kEverywhereTimeout))) {
    removed += one.error ? 0 : 1;
    results.push_back({{"tenant_id", one.tenant.str()},
                       {"role", tenancy::to_string(one.role)},
                       {"status", one.error ? "failed" : "removed"},
                       {"error", one.error ? nlohmann::json(*one.error) : nlohmann::json()}});
  }
  return json_answer(200, {{"user_id", user.str()}, {"removed", removed}, {"memberships", std::move(results)}});
}

}  // namespace

void add_member_routes(Router& router, const TenancyServices& services) {
  const auto add_route = [&](const char* method, const char* pattern, Permission permission,
                             Response (*handler)(const TenancyServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  request.allow_query({});
                  return handler(services, request);
                }});
  };
  add_route("GET", "/api/v1/tenants/{tenant_id}/admins", Permission::read_admins, &admins);
  add_route("POST", "/api/v1/tenants/{tenant_id}/transfer-ownership", Permission::transfer_ownership, &transfer);
  add_route("GET", "/api/v1/tenants/{tenant_id}/members", Permission::read_members, &list);
  add_route("POST", "/api/v1/tenants/{tenant_id}/members", Permission::add_member, &add);
  add_route("PATCH", "/api/v1/tenants/{tenant_id}/members/{user_id}", Permission::change_members, &change);
  add_route("DELETE", "/api/v1/tenants/{tenant_id}/members/{user_id}", Permission::change_members, &remove);
  add_route("POST", "/api/v1/tenants/{tenant_id}/leave", Permission::leave_tenant, &leave);
  add_route("GET", "/api/v1/tenants/user/{user_id}/memberships", Permission::user_memberships, &memberships);
  add_route("DELETE", "/api/v1/tenants/user/{user_id}/memberships", Permission::user_memberships, &remove_memberships);
}

}  // namespace tenure::server
