#include "server/tenant_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/body.h"
#include "server/tenant_json.h"
#include "server/tenant_rules.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kTimeout{15000};

bool is_operator(const Request& request) {
  return request.principal->is_service() || request.principal->is_platform_admin;
}

Response answer(const Request& request, const tenancy::Tenant& tenant, int status = 200) {
  return json_answer(status, tenant_to_json(tenant, request.role));
}

tenancy::NewTenant new_tenant_of(const Request& request) {
  const bool is_service = request.principal->is_service();
  auto body = is_service ? Body(request, {"name", "slug", "time_zone", "owner_id", "tenant_id"})
                         : Body(request, {"name", "slug", "time_zone"});
  const auto name = body.text("name");
  const auto slug = body.optional_text("slug");
  const auto time_zone = body.optional_text("time_zone").value_or("UTC");
  std::optional<UserId> owner;
  if (is_service) {
    owner = body.optional_user("owner_id");
    if (!body.has("owner_id")) body.problem("owner_id: missing");
  } else {
    owner = request.principal->user();
  }
  const auto id = is_service ? body.optional_text("tenant_id") : std::nullopt;
  body.check();
  return {.name = name,
          .slug = slug,
          .owner = owner.value(),
          .time_zone = time_zone,
          .id = id ? std::optional(TenantId::parse(*id)) : std::nullopt};
}

Response create(const TenancyServices& services, const Request& request) {
  const auto call = request.call_within(kTimeout);
  const auto wanted = new_tenant_of(request);
  if (request.principal->is_service()) require_active_account(services, wanted.owner, "owner_id", call);
  const auto tenant = services.tenants.create(wanted, call);
  auto response = answer(request, tenant, 201);
  response.headers["Location"] = fmt::format("/api/v1/tenants/{}", tenant.id.str());
  return response;
}

bool wants_deleted(const Request& request) {
  const auto given = request.query_value("deleted").value_or("false");
  if (given != "true" && given != "false") throw Error(ErrorCode::invalid_argument, "deleted: neither true nor false");
  return given == "true";
}

/// What a person may see of a list: a hidden tenant only when they run it, and could restore it.
nlohmann::json own_tenants(const TenancyServices& services, const tenancy::TenantPage& page, const UserId& user,
                           const Call& call) {
  std::map<TenantId, tenancy::Role> roles;
  for (const auto& membership : services.members.memberships_of(user, call)) {
    roles.emplace(membership.tenant, membership.role);
  }
  nlohmann::json list = nlohmann::json::array();
  for (const auto& tenant : page.tenants) {
    const auto role = roles.find(tenant.id);
    if (role == roles.end()) continue;
    const bool runs_it = role->second == tenancy::Role::owner || role->second == tenancy::Role::admin;
    if (runs_it || tenant.is_live()) list.push_back(tenant_to_json(tenant, role->second));
  }
  return list;
}

Response list(const TenancyServices& services, const Request& request) {
  request.allow_query({"limit", "cursor", "deleted", "find"});
  const auto call = request.call_within(kTimeout);
  tenancy::TenantFilter filter{.with_deleted = wants_deleted(request),
                               .find = request.query_value("find"),
                               .limit = request.query_integer("limit", 100),
                               .cursor = request.query_value("cursor")};
  if (!is_operator(request)) filter.member = request.principal->user();
  const auto page = services.tenants.list(filter, call);
  nlohmann::json tenants = nlohmann::json::array();
  if (filter.member) {
    tenants = own_tenants(services, page, *filter.member, call);
  } else {
    for (const auto& tenant : page.tenants) tenants.push_back(tenant_to_json(tenant));
  }
  return json_answer(200, {{"tenants", std::move(tenants)},
                           {"next_cursor", page.next.empty() ? nlohmann::json() : nlohmann::json(page.next)}});
}

Response show(const TenancyServices& services, const Request& request) {
  const auto call = request.call_within(kTimeout);
  const auto tenant = services.tenants.get(request.tenant.value(), call);
  if (!request.principal->is_service() || !services.places) return answer(request, tenant);
  auto body = tenant_to_json(tenant, request.role);
  for (const auto& [service, place] : services.places(tenant.id, call)) {
    body["places"][service] = {{"database", place.database}, {"schema", place.schema}};
  }
  return json_answer(200, body);
}

Response update(const TenancyServices& services, const Request& request) {
  Body body(request, {"name", "slug", "time_zone"});
  const tenancy::TenantChange change{.name = body.optional_text("name"),
                                     .slug = body.optional_text("slug"),
                                     .time_zone = body.optional_text("time_zone")};
  body.check();
  return answer(request, services.tenants.update(request.tenant.value(), change, request.call_within(kTimeout)));
}

Response soft_delete(const TenancyServices& services, const Request& request) {
  const auto call = request.call_within(kTimeout);
  const auto tenant = request.tenant.value();
  const auto typed = typed_name_of(request);
  if (auto refused = refuse_beside_other_admins(services, request, tenant, call)) return *refused;
  require_typed_name(services, request, tenant, typed, call);
  return answer(request, services.tenants.soft_delete(tenant, services.soft_delete_window, call));
}

Response restore(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  return answer(request, services.tenants.restore(request.tenant.value(), request.call_within(kTimeout)));
}

Response suspend(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  return answer(request, services.tenants.suspend(request.tenant.value(), request.call_within(kTimeout)));
}

Response activate(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  return answer(request, services.tenants.activate(request.tenant.value(), request.call_within(kTimeout)));
}

Response choose_default(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  services.members.set_default(request.tenant.value(), request.principal->user(), request.call_within(kTimeout));
  return no_content();
}

}  // namespace

void add_tenant_routes(Router& router, const TenancyServices& services) {
  using Answer = Response (*)(const TenancyServices&, const Request&);
  const auto add = [&](const char* method, const char* pattern, Permission permission, Answer handler) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  if (handler != &list) request.allow_query({});
                  return handler(services, request);
                }});
  };
  add("POST", "/api/v1/tenants", Permission::create_tenant, &create);
  add("GET", "/api/v1/tenants", Permission::list_tenants, &list);
  add("GET", "/api/v1/tenants/{tenant_id}", Permission::read_tenant, &show);
  add("PATCH", "/api/v1/tenants/{tenant_id}", Permission::update_tenant, &update);
  add("POST", "/api/v1/tenants/{tenant_id}/soft-delete", Permission::soft_delete_tenant, &soft_delete);
  add("POST", "/api/v1/tenants/{tenant_id}/restore", Permission::restore_tenant, &restore);
  add("POST", "/api/v1/tenants/{tenant_id}/suspend", Permission::suspend_tenant, &suspend);
  add("POST", "/api/v1/tenants/{tenant_id}/activate", Permission::suspend_tenant, &activate);
  add("PUT", "/api/v1/tenants/{tenant_id}/default", Permission::choose_default_tenant, &choose_default);
}

}  // namespace tenure::server
