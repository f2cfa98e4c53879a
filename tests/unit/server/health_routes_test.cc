#include "server/health_routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace tenure::server {
namespace {

Response get(const Router& router, const std::string& path) {
  const auto outcome = router.find("GET", path);
  const auto* match = std::get_if<Router::Match>(&outcome);
  if (match == nullptr) return {.status = 404, .content_type = "", .body = "", .headers = {}};
  EXPECT_TRUE(match->route->access.is_public());
  return match->route->handler(Request{});
}

TEST(HealthRoutes, AreHealthyWhenEveryCheckPasses) {
  Router router;
  add_health_routes(router, {{"control database", [](const Call&) {}}});
  for (const auto* path : {"/health/live", "/health/ready", "/api/v1/health", "/api/v1/health/"}) {
    EXPECT_EQ(get(router, path).status, 200) << path;
  }
}

TEST(HealthRoutes, SayWhichCheckFailsAndWhyButStayAlive) {
  Router router;
  add_health_routes(
      router, {{"orders", [](const Call&) {}},
               {"control database",
                [](const Call&) { throw Error(ErrorCode::unavailable, "db.internal:5432 as postgres: refused"); }},
               {"tenant", [](const Call&) { throw Error(ErrorCode::timeout, "db2.internal"); }},
               {"stock migrations", [](const Call&) { throw Error(ErrorCode::stale, "3 schemas lack migrations"); }},
               {"migrations", [](const Call&) { throw std::runtime_error("password=hunter2"); }}});
  EXPECT_EQ(get(router, "/health/live").status, 200);
  for (const auto* path : {"/health/ready", "/api/v1/health/"}) {
    const auto response = get(router, path);
    EXPECT_EQ(response.status, 503) << path;
    const auto body = nlohmann::json::parse(response.body);
    EXPECT_EQ(body["checks"]["orders"]["status"], "ok");
    EXPECT_EQ(body["checks"]["control database"]["reason"], "cannot be reached");
    EXPECT_EQ(body["checks"]["tenant"]["reason"], "does not answer in time");
    EXPECT_EQ(body["checks"]["stock migrations"]["reason"], "has migrations to be applied");
    EXPECT_EQ(body["checks"]["migrations"]["reason"], "is not in order");
    EXPECT_EQ(response.body.find("internal"), std::string::npos) << response.body;
    EXPECT_EQ(response.failure,
              "control database: db.internal:5432 as postgres: refused; tenant: db2.internal; stock migrations: 3 "
              "schemas lack migrations; migrations: an exception that is not Tenure's");
  }
}

TEST(HealthRoutes, AreAskedWithADeadline) {
  Router router;
  bool has_deadline = false;
  add_health_routes(router, {{"x", [&](const Call& call) { has_deadline = !call.deadline.is_unlimited(); }}});
  get(router, "/health/ready");
  EXPECT_TRUE(has_deadline);
}

}  // namespace
}  // namespace tenure::server
