#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

// Spec D11: 200 when process, databases and migrations are in order, else 503 with the reason and nothing secret.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Health : public ::testing::Test {
 protected:
  Health() {
    write_estate(database_.settings().conninfo().reveal());
    folder_.write("migrations/shared/0001_orders.sql", "create table orders (tenant_id uuid);");
  }

  void write_estate(const std::string& orders) {
    environment_ = {{"ORDERS_DATABASE_URL", orders},
                    {"DATABASE_URL", control_.settings().conninfo().reveal()},
                    {"TENURE_HOME", (folder_ / "state").string()}};
    folder_.write("estate.yaml",
                  "estate: shop\n"
                  "control: {database: \"${DATABASE_URL}\"}\n"
                  "services:\n"
                  "  orders:\n"
                  "    database: ${ORDERS_DATABASE_URL}\n"
                  "    isolation: {model: rows, migrations: migrations}\n");
  }
  std::string estate() const { return (folder_ / "estate.yaml").string(); }
  Server serve() const { return Server({"--estate", estate()}, environment_); }
  static Answer ask(const Server& server, const std::string& path = "/api/v1/health/") {
    return server.send("GET", path, {});
  }

  const test::TestDatabase control_;
  const test::TestDatabase database_;
  const test::TemporaryFolder folder_;
  Environment environment_;
};

TEST_F(Health, IsUnavailableUntilTheMigrationsAreApplied) {
  const auto server = serve();
  for (const auto* path : {"/api/v1/health/", "/api/v1/health", "/health/ready"}) {
    const auto answer = ask(server, path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(answer.body["status"], "unavailable");
    EXPECT_EQ(answer.body["checks"]["orders"]["status"], "ok");
    EXPECT_EQ(answer.body["checks"]["orders migrations"]["reason"], "has migrations to be applied");
    EXPECT_EQ(answer.headers.count("retry-after"), 1U);
  }
  EXPECT_EQ(ask(server, "/health/live").status, 200);
  ASSERT_EQ(run_tenure({"migrate", "--estate", estate()}, environment_).status, 0);
  const auto answer = ask(server);
  EXPECT_EQ(answer.status, 200) << answer;
  EXPECT_EQ(answer.body["checks"]["orders migrations"]["status"], "ok");
}

TEST_F(Health, IsUnavailableWhileADatabaseIsAwayAndSaysNothingSecret) {
  ASSERT_EQ(run_tenure({"migrate", "--estate", estate()}, environment_).status, 0);
  const auto server = serve();
  ASSERT_EQ(ask(server).status, 200);
  const auto limit = [&](const char* connections) {
    control_.run(
        fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS {}; SELECT pg_terminate_backend(pid) FROM "
                    "pg_stat_activity WHERE datname = '{}'",
                    database_.name(), connections, database_.name()));
  };
  limit("false");
  const auto away = ask(server);
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.body["checks"]["orders"]["status"], "failed");
  EXPECT_EQ(away.body["checks"]["control database"]["status"], "ok");
  for (const auto& secret : {database_.name(), std::string("host="), std::string("port"), std::string("postgres")}) {
    EXPECT_THAT(away.body.dump(), Not(HasSubstr(secret)));
  }
  EXPECT_EQ(ask(server, "/health/live").status, 200);
  limit("true");
  EXPECT_EQ(ask(server).status, 200) << "and comes back by itself";
}

TEST_F(Health, MigrationFilesThatCannotBeReadAreAnErrorAtTheStart) {
  folder_.write("migrations/shared/0003_gap.sql", "select 1;");
  const auto finished = run_tenure({"serve", "--estate", estate(), "--listen", "127.0.0.1:0"}, environment_);
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.errors, HasSubstr("0002"));
}

}  // namespace
}  // namespace tenure::e2e
