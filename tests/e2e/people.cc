#include "tests/e2e/people.h"

#include <fmt/format.h>

#include <stdexcept>

#include "identity/token.h"

namespace tenure::e2e {
namespace {

/// @throws std::runtime_error, with the whole answer, unless it has the status.
json require(const Answer& answer, int status) {
  if (answer.status == status) return answer.body;
  throw std::runtime_error(fmt::format("HTTP {}: {}", answer.status, answer.body.dump()));
}

}  // namespace

std::string People::address_of(const std::string& name) { return name + "@people.example"; }

UserId People::person(const std::string& name) {
  const auto made =
      require(as_service("POST", "/api/v1/auth/users", {{"email", address_of(name)}, {"full_name", name}}), 201);
  return UserId::parse(made["user_id"].get<std::string>());
}

TenantId People::tenant(const UserId& owner, const std::string& name) {
  const auto made = require(as_service("POST", "/api/v1/tenants", {{"name", name}, {"owner_id", owner.str()}}), 201);
  return TenantId::parse(made["tenant_id"].get<std::string>());
}

void People::join(const TenantId& tenant, const UserId& user, const std::string& role) {
  require(as_service("POST", tenant_path(tenant, "members"), {{"user_id", user.str()}, {"role", role}}), 201);
}

Secret People::token_of(const UserId& user) {
  const auto session = Uuid::random();
  databases_.run(control_, fmt::format("INSERT INTO identity.sessions (id, user_id, expires_at) VALUES ('{}', '{}', "
                                       "now() + interval '1 day')",
                                       session.str(), user.str()));
  return identity::issue_user_token(keys_, clock_, user, session, "tenure");
}

Answer People::as(const UserId& user, const std::string& method, const std::string& path, const json& body,
                  std::vector<std::string> headers) {
  return server_.send(method, path, token_of(user), std::move(headers), body);
}

Answer People::as_service(const std::string& method, const std::string& path, const json& body,
                          std::vector<std::string> headers) const {
  const auto token = identity::issue_service_token(keys_, clock_, "e2e", "tenure");
  return server_.send(method, path, token, std::move(headers), body);
}

std::string tenant_path(const TenantId& tenant, const std::string& part) {
  return "/api/v1/tenants/" + tenant.str() + (part.empty() ? "" : "/" + part);
}

}  // namespace tenure::e2e
