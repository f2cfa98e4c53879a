#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/body.h"
#include "server/tenant_json.h"
#include "server/tenant_routes.h"

namespace tenure::server {
namespace {

using tenancy::Role;

constexpr Milliseconds kTimeout{15000};

Response list(const TenancyServices& services, const Request& request) {
  nlohmann::json found = nlohmann::json::array();
  for (const auto& invitation : services.invitations.list(request.tenant.value(), request.call_within(kTimeout))) {
    found.push_back(invitation_to_json(invitation));
  }
  return json_answer(200, {{"invitations", std::move(found)}});
}

tenancy::NewInvitation new_invitation_of(const Request& request) {
  Body body(request, {"email", "role", "expires_in"});
  const auto email = body.parsed("email", [](const std::string& text) { return Email::parse(text); });
  const auto role = body.parsed("role", [](const std::string& text) { return tenancy::parse_role(text); });
  const auto lifetime = body.optional_integer("expires_in");
  body.check();
  tenancy::NewInvitation invitation{.email = email.value(), .role = role.value()};
  if (request.principal->is_user()) invitation.invited_by = request.principal->user();
  if (lifetime) invitation.lifetime = std::chrono::seconds(*lifetime);
  return invitation;
}

Response invite(const TenancyServices& services, const Request& request) {
  const auto invitation = new_invitation_of(request);
  if (request.role == Role::admin && invitation.role == Role::admin) {
    throw Error(ErrorCode::forbidden, "role: only the owner makes admins");
  }
  const auto made = services.invitations.create(request.tenant.value(), invitation, request.call_within(kTimeout));
  auto body = invitation_to_json(made.invitation);
  body["token"] = made.token.reveal();
  return json_answer(201, body);
}

Response revoke(const TenancyServices& services, const Request& request) {
  Body(request, {}).check();
  services.invitations.revoke(request.tenant.value(),
                              tenancy::InvitationId::parse(request.path_parameter("invitation_id")),
                              request.call_within(kTimeout));
  return no_content();
}

Response accept(const TenancyServices& services, const Request& request) {
  Body body(request, {"token"});
  const auto token = body.secret("token");
  body.check();
  if (services.accounts == nullptr) {
    throw Error(ErrorCode::refused, "token: without accounts here nobody knows whose address was invited");
  }
  const auto call = request.call_within(kTimeout);
  const auto account = services.accounts->get(request.principal->user(), call);
  return json_answer(200, membership_to_json(services.invitations.accept(token, account.id, account.email, call)));
}

}  // namespace

void add_invitation_routes(Router& router, const TenancyServices& services) {
  const auto add = [&](const char* method, const char* pattern, Permission permission,
                       Response (*handler)(const TenancyServices&, const Request&)) {
    router.add({.method = method,
                .pattern = pattern,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  request.allow_query({});
                  return handler(services, request);
                }});
  };
  add("GET", "/api/v1/tenants/{tenant_id}/invitations", Permission::change_invitations, &list);
  add("POST", "/api/v1/tenants/{tenant_id}/invitations", Permission::change_invitations, &invite);
  add("DELETE", "/api/v1/tenants/{tenant_id}/invitations/{invitation_id}", Permission::change_invitations, &revoke);
  add("POST", "/api/v1/invitations/accept", Permission::accept_invitation, &accept);
}

}  // namespace tenure::server
