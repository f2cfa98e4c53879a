#include <gmock/gmock.h>

#include "tests/e2e/database_product.h"

// D1, D5, D9, C5: a tenant of a product with a database a tenant is made, found, erased and brought back by the same
// commands as in any other, beside services with rows of all tenants, and wherever the process is killed.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class DatabaseTenant : public DatabaseProduct {};

TEST_F(DatabaseTenant, IsMadeWithItsDatabaseAndErasedAndBroughtBack) { erase_and_bring_back(); }

TEST_F(DatabaseTenant, IsNotMadeWhereItsDatabaseCannotBe) {
  const auto ana = person("ana");
  app_.run("CREATE DATABASE " + name("acme"));
  const auto finished = run({"tenant", "create", "acme", "--owner", ana});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.errors, HasSubstr(name("acme") + " is on the server, and the registry does not know it"));
  EXPECT_EQ(crm_.value("SELECT count(*) FROM tenancy.tenants WHERE slug = 'acme'"), "0");
  app_.run("DROP DATABASE " + name("acme"));
  EXPECT_EQ(place_of(tenant("acme", ana)), name("acme"));
}

TEST_F(DatabaseTenant, TheHostOfARequestLeadsToItsDatabase) {
  const auto mine = tenant("Forn Vell", person("ana"));
  const auto server = serve();
  const auto shown = server.send("GET", "/api/v1/tenants/current", token(), {"Host: forn-vell.product.example"});
  ASSERT_EQ(shown.status, 200) << shown;
  EXPECT_EQ(shown.body["tenant_id"], mine);
  EXPECT_EQ(shown.body["places"], (json{{"app", {{"database", place_of(mine)}, {"schema", "public"}}}}));
}

// D14
TEST_F(DatabaseTenant, AnOperatorSeesItsDatabaseAndHowLargeItIs) {
  const auto mine = tenant("Forn Vell", person("ana"));
  const auto server = serve();
  const auto shown = server.send("GET", "/api/v1/tenants/" + mine + "/places", token());
  ASSERT_EQ(shown.status, 200) << shown;
  const auto& app = shown.body["places"][0];
  EXPECT_EQ(app["kind"], "database") << shown;
  EXPECT_EQ(app["name"], place_of(mine));
  EXPECT_EQ(app["state"], "live");
  EXPECT_EQ(app["is_there"], true);
  EXPECT_EQ(app["tables"], 2);
  EXPECT_GT(app["bytes"], 1'000'000) << "what PostgreSQL keeps in each is part of it";
  EXPECT_EQ(app["version"], nullptr) << "it has no migrations";
}

TEST_F(DatabaseTenant, TheSuperTenantHasADatabaseOfItsOwn) {
  EXPECT_EQ(run_json({"tenant", "create-super"}).at("created"), true);
  EXPECT_TRUE(has_place(name("super_tenant")));
  EXPECT_EQ(run_json({"tenant", "create-super"}).at("created"), false);
}

// After each of the transactions of an erasure: closed, taken away, archived; and after the database is dropped.
TEST_F(DatabaseTenant, AnErasureWhoseProcessIsKilledAnywhereEndsAndCanBeTakenBack) {
  const auto ana = person("ana");
  const auto neighbour = tenant("Neighbour", ana);
  fill(neighbour);
  const auto rows_of_neighbour = rows_of(place_of(neighbour));
  for (int at = 1; at <= 4; ++at) {
    const auto mine = tenant(fmt::format("Tenant {}", at), ana);
    fill(mine);
    const auto database = place_of(mine);
    const auto rows = rows_of(database);
    std::string job;
    {
      auto dying = serve({{"TENURE_FAILPOINT", fmt::format("erase.chunk.after=kill@{}", at)}});
      const auto accepted = dying.send("DELETE", "/api/v1/tenants/" + mine, token(), {"Prefer: respond-async"});
      ASSERT_EQ(accepted.status, 202) << accepted;
      job = accepted.body["job_id"];
      ASSERT_EQ(dying.wait(), 128 + SIGKILL);
    }
    control_.run("UPDATE tenure.deletion_jobs SET lease_until = now() WHERE lease_until > now()");
    {
      const auto next = serve();
      control_.run(fmt::format(
          "DO $$ BEGIN FOR i IN 1..1200 LOOP IF (SELECT completed_at IS NOT NULL FROM tenure.deletion_jobs WHERE id = "
          "'{}') THEN RETURN; END IF; PERFORM pg_sleep(0.05); END LOOP; RAISE 'in vain'; END $$",
          job));
    }
    const auto ended = run_json({"job", "show", job});
    EXPECT_EQ(ended.at("status"), "completed") << ended;
    EXPECT_EQ(ended.at("service_results").at("app").at("deleted_counts").at("items"), 3) << ended;
    EXPECT_FALSE(has_place(database)) << at;
    EXPECT_EQ(app_.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'tenure\\_dropping%'"), "0") << at;
    EXPECT_EQ(run_json({"job", "restore", job, "--wait"}).at("status"), "rolled_back");
    EXPECT_EQ(rows_of(database), rows) << at;
  }
  EXPECT_EQ(rows_of(place_of(neighbour)), rows_of_neighbour);
}

}  // namespace
}  // namespace tenure::e2e
