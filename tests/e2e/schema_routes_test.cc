#include <gmock/gmock.h>

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

  EXPECT_EQ(get(server, "/api/v1/schemas/app/drift").body["has_drift"], false);
  app_.run("ALTER TABLE " + schema + ".orders ADD COLUMN stray text");
  const auto drift = get(server, "/api/v1/schemas/app/drift");
  EXPECT_EQ(drift.body["has_drift"], true) << drift;
  EXPECT_NE(drift.body.dump().find("orders.stray"), std::string::npos) << drift;
  EXPECT_EQ(get(server, "/api/v1/schemas/crm").status, 404) << "it has rows of all tenants";
}

}  // namespace
}  // namespace tenure::e2e
