#include <gmock/gmock.h>

#include <functional>

#include "base/pause.h"
#include "tests/e2e/schema_product.h"

// D8, D14: an operator sees over HTTP how far each tenant's schema is, and what is not like the reference.
namespace tenure::e2e {
namespace {

class SchemaRoutes : public SchemaProduct {
 protected:
  Answer get(const Server& server, const std::string& path) const {
    const Secret token(run_tenure({"token", "--name", "e2e"}, {{"TENURE_HOME", file("state")}}).output);
    auto text = token.reveal();
    text.erase(text.find_last_not_of('\n') + 1);
    return server.send("GET", path, Secret(text));
  }
  static bool comes_true(const std::function<bool()>& condition) {
    const auto deadline = Deadline::after(std::chrono::minutes(2));
    while (!condition()) {
      if (deadline.has_passed()) return false;
      pause(Milliseconds(50), {});
    }
    return true;
  }
};

TEST_F(SchemaRoutes, ShowVersionsAndDrift) {
  migrate();
  const auto mine = tenant("Forn Vell", person("ana"));
  const auto schema = place_of(mine);
  const Server server({"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, {{"TENURE_HOME", file("state")}});
  EXPECT_EQ(get(server, "/api/v1/schemas").body["services"],
            (json::array({json{{"service", "app"}, {"latest_version", 1}}})));

  const auto listed = get(server, "/api/v1/schemas/app");
  ASSERT_EQ(listed.status, 200) << listed;
  json found;
  for (const auto& one : listed.body["schemas"]) {
    if (one["name"] == schema) found = one;
  }
  EXPECT_EQ(found["tenant_id"], mine) << listed;
  EXPECT_EQ(found["version"], 1);
  EXPECT_EQ(found["tables"], 2);

  const auto runs = get(server, "/api/v1/schemas/app/runs?limit=1");
  ASSERT_EQ(runs.status, 200) << runs;
  EXPECT_EQ(runs.body["runs"][0]["outcome"], "completed") << runs;
  EXPECT_EQ(runs.body["runs"][0]["tenant_version"], 1) << runs;
  EXPECT_EQ(get(server, "/api/v1/schemas/app/runs?cursor=MXg").status, 400) << "no number";

  EXPECT_EQ(get(server, "/api/v1/schemas/app/drift").body["has_drift"], false);
  app_.run("ALTER TABLE " + schema + ".orders ADD COLUMN stray text");
  const auto drift = get(server, "/api/v1/schemas/app/drift");
  EXPECT_EQ(drift.body["has_drift"], true) << drift;
  EXPECT_NE(drift.body.dump().find("orders.stray"), std::string::npos) << drift;
  EXPECT_EQ(get(server, "/api/v1/schemas/crm").status, 404) << "it has rows of all tenants";
}

TEST_F(SchemaRoutes, ShowWhereATenantsDataIsInEachService) {
  migrate();
  const auto mine = tenant("Forn Vell", person("ana"));
  tenant("Neighbour", person("ben"));
  const Server server({"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, {{"TENURE_HOME", file("state")}});
  const auto path = "/api/v1/tenants/" + mine + "/places";
  auto shown = get(server, path);
  ASSERT_EQ(shown.status, 200) << shown;
  const auto& app = shown.body["places"][0];
  EXPECT_EQ(app["service"], "app") << shown;
  EXPECT_EQ(app["kind"], "schema");
  EXPECT_EQ(app["name"], place_of(mine));
  EXPECT_EQ(app["state"], "live");
  EXPECT_EQ(app["version"], 1);
  EXPECT_EQ(app["latest_version"], 1);
  EXPECT_EQ(app["tables"], 2);
  EXPECT_GT(app["bytes"], 0);
  const auto& crm = shown.body["places"][1];
  EXPECT_EQ(crm["kind"], "rows");
  EXPECT_EQ(crm["name"], "public");
  EXPECT_EQ(crm["bytes"], nullptr) << "its rows are not told apart from those of others";
  app_.run("DROP SCHEMA " + place_of(mine) + " CASCADE");
  EXPECT_EQ(get(server, path).body["places"][0]["is_there"], false);
  const auto other = get(server, "/api/v1/tenants/" + Uuid::random().str() + "/places");
  EXPECT_EQ(other.body["places"][0]["name"], nullptr) << other;
}

TEST_F(SchemaRoutes, AServerKeepsSchemasReadyForTenantsToCome) {
  migrate();
  const auto ana = person("ana");
  const auto is_ready = [&] { return app_.value("SELECT count(*) FROM tenure.schemas WHERE kind = 'ready'") == "1"; };
  EXPECT_FALSE(is_ready());
  const Server server({"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, {{"TENURE_HOME", file("state")}});
  ASSERT_TRUE(comes_true(is_ready)) << "the estate wants one";
  const auto waiting = app_.value("SELECT name::regnamespace::oid FROM tenure.schemas WHERE kind = 'ready'");
  const auto mine = tenant("acme", ana);
  EXPECT_EQ(app_.value("SELECT 'tenant_acme'::regnamespace::oid"), waiting) << "it was taken";
  EXPECT_TRUE(comes_true(is_ready)) << "and another one made";
}

}  // namespace
}  // namespace tenure::e2e
