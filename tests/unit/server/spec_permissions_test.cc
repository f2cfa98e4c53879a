#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/access.h"
#include "tests/unit/server/all_routes.h"

// Spec B10: the specification's own table, line by line, against the rules of the routes.
namespace tenure::server {
namespace {

using enum CallerKind;

struct SpecLine {
  std::string endpoint;  ///< as the specification calls it
  std::vector<std::string> routes;
  Callers allowed;
};

std::vector<SpecLine> spec_table() {
  return {
      {"DELETE tenant", {"DELETE /api/v1/tenants/{tenant_id}"}, Callers(owner) | admin | service},
      {"DELETE memberships", {"DELETE /api/v1/tenants/user/{user_id}/memberships"}, service},
      {"transfer ownership", {"POST /api/v1/tenants/{tenant_id}/transfer-ownership"}, Callers(owner) | service},
      {"GET admins", {"GET /api/v1/tenants/{tenant_id}/admins"}, Callers(user) | service},
      {"service deletion + preview",
       {"DELETE /api/v1/{svc}/tenant/{tenant_id}", "GET /api/v1/{svc}/tenant/{tenant_id}/deletion-preview",
        "DELETE /api/v1/{svc}/user/{user_id}", "GET /api/v1/{svc}/user/{user_id}/deletion-preview",
        "DELETE /api/v1/{svc}/{user_path}/{user_id}", "GET /api/v1/{svc}/{user_path}/{user_id}/deletion-preview"},
       service},
      {"DELETE user", {"DELETE /api/v1/auth/users/{user_id}"}, Callers(platform_admin) | service},
      {"DELETE me/account", {"DELETE /api/v1/auth/me/account"}, user},
      // Which of them a person sees is a matter of each job's tenant.
      {"deletion jobs",
       {"GET /api/v1/auth/deletion-jobs", "GET /api/v1/auth/deletion-jobs/{job_id}"},
       Callers(user) | service},
  };
}

const AccessRule& rule_of(const Router& router, const std::string& name) {
  for (const auto& route : router.routes()) {
    if (route.method + " " + route.pattern == name) return route.access;
  }
  throw std::out_of_range("there is no route " + name);
}

TEST(SpecPermissions, AreThoseOfTheRoutes) {
  const auto router = all_routes();
  for (const auto& [endpoint, routes, allowed] : spec_table()) {
    for (const auto& route : routes) EXPECT_EQ(rule_of(router, route).line().callers, allowed) << endpoint << route;
  }
}

// "token kind, audience": what is made out for one service is good at that service only.
TEST(SpecPermissions, BindAServicesDeletionToItsAudience) {
  const auto router = all_routes();
  for (const auto& route : router.routes()) {
    const bool is_contract = route.pattern.starts_with("/api/v1/{svc}/");
    const std::vector<std::string> own = {"{svc}", "tenure"};
    const std::vector<std::string> all = {"tenure"};
    const auto expected = route.access.is_public() ? std::vector<std::string>() : is_contract ? own : all;
    EXPECT_EQ(route.access.audiences(), expected) << route.method << " " << route.pattern;
  }
}

}  // namespace
}  // namespace tenure::server
