#include "tests/postgres/server/orders.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "base/opaque_token.h"
#include "erasure/deletion_preview.h"

namespace tenure::server {
namespace {

using nlohmann::json;

struct Context {
  const Scene& scene;
  const Caller& caller;
};
using BodyOf = std::function<json(const Context&)>;

std::string unique(std::string_view what) { return fmt::format("{}-{}", what, Uuid::random().str().substr(0, 13)); }

std::string fresh_address() { return unique("new") + "@people.example"; }

json new_tenant(const Context& context) {
  json body = {{"name", unique("Forn")}, {"slug", unique("forn")}, {"time_zone", "Europe/Madrid"}};
  if (context.caller.is_service()) body["owner_id"] = context.scene.target.str();
  return body;
}

json confirmation(const Context& context) {
  if (context.caller.is_service()) return nullptr;
  return {{"confirm", context.scene.name}};
}

json deletion_order(const Context& context) {
  // A tenant is its own people's, and a service's, to delete; a user is an operator's.
  if (context.caller.kinds.has(CallerKind::platform_admin)) return {{"user_id", context.scene.target.str()}};
  json body = {{"tenant_id", context.scene.tenant.str()}};
  if (!context.caller.is_service()) body["confirm"] = context.scene.name;
  return body;
}

json approval(const Context& context) {
  json body = {{"digest", std::string(64, '0')}};
  if (context.caller.is_service()) body["approver"] = context.scene.target.str();
  return body;
}

/// null: none is sent.
const std::map<std::string, BodyOf, std::less<>>& bodies() {
  static const std::string password(SmallEstate::kPassword);
  static const std::map<std::string, BodyOf, std::less<>> all = {
      {"POST /api/v1/auth/register",
       [](const Context&) {
         return json{{"email", fresh_address()}, {"full_name", "Núria Ferré"}, {"password", password}};
       }},
      {"POST /api/v1/auth/login",
       [](const Context& context) {
         const auto& person = context.caller.person;
         return json{{"email", person ? person->email : "nobody@people.example"}, {"password", password}};
       }},
      {"POST /api/v1/auth/session",
       [](const Context& context) {
         const auto& person = context.caller.person;
         return json{{"email", person ? person->email : "nobody@people.example"}, {"password", password}};
       }},
      {"POST /api/v1/auth/refresh",
       [](const Context&) {
         return json{{"refresh_token", "none"}};
       }},
      {"POST /api/v1/auth/logout",
       [](const Context&) {
         return json{{"everywhere", true}};
       }},
      {"PATCH /api/v1/auth/me",
       [](const Context&) {
         return json{{"full_name", "Núria Ferré"}};
       }},
      {"POST /api/v1/auth/me/password",
       [](const Context&) {
         return json{{"current_password", password}, {"new_password", "a longer horse battery"}};
       }},
      {"DELETE /api/v1/auth/me/account",
       [](const Context&) {
         return json{{"password", password}};
       }},
      {"POST /api/v1/auth/users",
       [](const Context&) {
         return json{{"email", fresh_address()}, {"full_name", "Núria Ferré"}, {"is_platform_admin", false}};
       }},
      {"PATCH /api/v1/auth/users/{user_id}",
       [](const Context&) {
         return json{{"full_name", "Núria Ferré"}, {"is_active", false}};
       }},
      {"POST /api/v1/tenants", new_tenant},
      {"PATCH /api/v1/tenants/{tenant_id}",
       [](const Context&) {
         return json{{"name", unique("Forn")}};
       }},
      {"DELETE /api/v1/tenants/{tenant_id}", confirmation},
      {"POST /api/v1/tenants/{tenant_id}/soft-delete", confirmation},
      {"POST /api/v1/tenants/{tenant_id}/transfer-ownership",
       [](const Context& context) {
         return json{{"new_owner_id", context.scene.heir.str()}};
       }},
      {"POST /api/v1/tenants/{tenant_id}/members",
       [](const Context& context) {
         return json{{"user_id", context.scene.target.str()}, {"role", "manager"}};
       }},
      {"PATCH /api/v1/tenants/{tenant_id}/members/{user_id}",
       [](const Context&) {
         return json{{"role", "manager"}};
       }},
      {"POST /api/v1/tenants/{tenant_id}/invitations",
       [](const Context&) {
         return json{{"email", fresh_address()}, {"role", "member"}, {"expires_in", 86400}};
       }},
      {"POST /api/v1/invitations/accept",
       [](const Context&) {
         return json{{"token", "none"}};
       }},
      {"PUT /api/v1/tenants/{tenant_id}/subscription",
       [](const Context&) {
         return json{{"plan", "large"}, {"status", "active"}, {"price", 99.9}, {"renews_at", "2030-01-01T00:00:00Z"}};
       }},
      {"PUT /api/v1/tenants/{tenant_id}/settings/{name}",
       [](const Context&) {
         return json{{"value", {1, "two"}}};
       }},
      {"POST /api/v1/auth/deletion-jobs", &deletion_order},
      {"POST /api/v1/auth/deletion-jobs/{job_id}/approve", &approval},
      {"PATCH /api/v1/auth/deletion-jobs/{job_id}",
       [](const Context&) {
         return json{{"priority", 5}};
       }},
      {"POST /api/v1/legal-holds",
       [](const Context& context) {
         return json{{"tenant_id", context.scene.tenant.str()}, {"reason", "a lawsuit"}};
       }},
      {"POST /api/v1/tenants/{tenant_id}/domains",
       [](const Context&) {
         return json{{"domain", unique("shop") + ".shops.example"}};
       }},
  };
  return all;
}

/// Whom the path names: a user of the platform, a member, or whoever a service asks about.
std::string user_in(std::string_view written, const Scene& scene) {
  return written.find("/members/") != std::string_view::npos || written.find("/memberships") != std::string_view::npos
             ? scene.spare.str()
             : scene.target.str();
}

std::string path_for(const Route& route, const Scene& scene) {
  const std::map<std::string, std::string, std::less<>> values = {{"{tenant_id}", scene.tenant.str()},
                                                                  {"{user_id}", user_in(route.pattern, scene)},
                                                                  {"{job_id}", scene.job.str()},
                                                                  {"{invitation_id}", scene.invitation.str()},
                                                                  {"{domain}", scene.domain},
                                                                  {"{name}", "colour"},
                                                                  {"{service}", "orders"}};
  std::string path;
  for (const auto segment : split_path(route.pattern)) {
    path += '/';
    path += segment.starts_with('{') ? values.at(std::string(segment)) : std::string(segment);
  }
  return path;
}

/// An open invitation of the caller into another tenant; returns its token.
Secret invite(SmallEstate& estate, const Scene& scene, const Person& person) {
  const auto token = make_opaque_token();
  const auto tenant = TenantId::random();
  estate.in_tenancy(
      fmt::format("begin; insert into tenancy.tenants (id, name, slug, owner_id) values ('{0}', 'Third', 't-{0}', "
                  "'{1}'); insert into tenancy.tenant_members (tenant_id, user_id, role) values ('{0}', '{1}', "
                  "'owner'); insert into tenancy.invitations (tenant_id, email, role, token_hash, expires_at) values "
                  "('{0}', '{2}', 'member', '{3}', now() + interval '1 day'); commit",
                  tenant.str(), scene.target.str(), person.email, digest_of_token(token)));
  return token;
}

Secret refresh_token_of(SmallEstate& estate, const Person& person) {
  const auto token = make_opaque_token();
  estate.in_control(fmt::format(
      "insert into identity.refresh_tokens (token_hash, session_id, expires_at) values ('{}', '{}', now() + "
      "interval '1 day')",
      digest_of_token(token), person.session.str()));
  return token;
}

/// Where other admins stand in the way of a person.
bool deletes_tenant(std::string_view route) {
  return route == "DELETE /api/v1/tenants/{tenant_id}" || route == "POST /api/v1/auth/deletion-jobs" ||
         route.ends_with("/soft-delete");
}

/// Brings the scene's job, a deletion that failed, to where the decision can be made.
void prepare_job(SmallEstate& estate, std::string_view route, const Scene& scene) {
  const auto set_job = [&](std::string_view change) {
    estate.in_control(fmt::format("update tenure.deletion_jobs set {} where id = '{}'", change, scene.job.str()));
  };
  constexpr std::string_view kUnbegun =
      "run_at = now() + interval '1 day', started_at = null, completed_at = null, "
      "error_log = '{}'";
  if (route.ends_with("/cancel") || route.starts_with("PATCH")) {
    set_job(fmt::format("status = 'scheduled', {}", kUnbegun));
  } else if (route.ends_with("/approve")) {
    set_job(fmt::format("status = 'scheduled', needs_approval = true, {}", kUnbegun));
  } else if (route.ends_with("/restore")) {
    set_job(
        "status = 'completed', error_log = '{}', archive_key = 'v1.k1.AAAA', shred_after = now() + interval '1 day'");
  }
}

}  // namespace

Request order_for(const Route& route, const Scene& scene, const Caller& caller) {
  Request order{.method = route.method, .path = path_for(route, scene)};
  order.remote_address = "192.0.2.7";
  if (!caller.token.empty()) order.headers["authorization"] = "Bearer " + caller.token.reveal();
  const auto written = written_name(route);
  if (written == "GET /api/v1/tenants" || written == "GET /api/v1/auth/users") order.query_text = "limit=3";
  if (written == "GET /api/v1/auth/deletion-jobs") order.query_text = "tenant_id=" + scene.tenant.str();
  if (written.starts_with("POST /api/v1/{svc}/")) {
    const auto job = JobId::random();
    order.headers["x-tenure-job"] = job.str();
    order.headers["x-tenure-epoch"] = "2";
    order.headers["x-tenure-archive-key"] = SmallEstate::archive_keys().wrap(archive::DataKey::random(), job).text;
  }
  if (const auto found = bodies().find(written); found != bodies().end()) {
    const auto body = found->second({scene, caller});
    if (!body.is_null()) order.body = body.dump();
  }
  return order;
}

void mislead(Request& order, const Scene& scene) {
  order.headers["host"] = scene.domain;
  order.headers["x-tenant-id"] = scene.other_tenant.str();
  for (const auto* header : {"x-original-url", "x-rewrite-url", "x-forwarded-host", "x-http-method-override",
                             "x-forwarded-user", "x-user-id", "x-role", "x-tenure-principal"}) {
    order.headers[header] = "/api/v1/tenants/" + scene.other_tenant.str();
  }
}

void prepare(SmallEstate& estate, const WrittenRoute& written, const Scene& scene, const Caller& caller,
             Request& order) {
  const std::string_view route = written.route;
  const auto tenant = scene.tenant.str();
  const auto set_tenant = [&](std::string_view change) {
    estate.in_tenancy(fmt::format("update tenancy.tenants set {} where id = '{}'", change, tenant));
  };
  if (route.find("/deletion-jobs/{job_id}") != std::string_view::npos) prepare_job(estate, route, scene);
  if (route.ends_with("/approve")) {
    const auto preview = estate.assembly().erase_tenant().preview(scene.tenant, Call::within(Milliseconds(30'000)));
    auto body = json::parse(order.body);
    body["digest"] = erasure::digest_of(preview.services);
    order.body = body.dump();
  }
  if (route.ends_with("/release")) {
    estate.in_control(fmt::format(
        "insert into tenure.legal_holds (tenant_id, reason, placed_by) values ('{}', 'a lawsuit', 'command')", tenant));
  }
  if (route == "POST /api/v1/tenants/{tenant_id}/restore")
    set_tenant("deleted_at = now(), erase_after = now() + interval '30 days'");
  if (route.ends_with("/activate")) set_tenant("status = 'suspended'");
  const bool deletes = deletes_tenant(route);
  if (deletes && caller.kinds.has(CallerKind::owner)) {
    estate.in_tenancy(fmt::format(
        "update tenancy.tenant_members set role = 'manager' where tenant_id = '{}' and role = 'admin'", tenant));
  }
  if (route == "POST /api/v1/invitations/accept") {
    order.body = json{{"token", invite(estate, scene, *caller.person).reveal()}}.dump();
  }
  if (route == "POST /api/v1/auth/refresh") {
    const auto person = caller.person ? *caller.person : estate.add_person();
    order.body = json{{"refresh_token", refresh_token_of(estate, person).reveal()}}.dump();
  }
  if ((route == "POST /api/v1/auth/login" || route == "POST /api/v1/auth/session") && !caller.person) {
    order.body = json{{"email", estate.add_person().email}, {"password", SmallEstate::kPassword}}.dump();
  }
}

int success_of(const WrittenRoute& written, const Caller& caller) {
  const std::string_view route = written.route;
  const bool deletes = deletes_tenant(route);
  return deletes && caller.kinds.has(CallerKind::admin) ? 409 : written.success;
}

}  // namespace tenure::server
