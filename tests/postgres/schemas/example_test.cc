#include <gtest/gtest.h>

#include "schemas/migrations/migrator.h"
#include "tests/support/database.h"
#include "tests/support/paths.h"

// D3: the example product's history can be applied, and each of its migrations taken back.
namespace tenure::schemas {
namespace {

constexpr const char* kMigrations = TENURE_SOURCE_DIR "/examples/saas-schemas/migrations";

TEST(ExampleProduct, GoesForwardAndAllTheWayBack) {
  const test::TestDatabase database;
  const MigratorSettings settings{.service = "app",
                                  .database = database.settings(),
                                  .isolation = {.model = estate::IsolationModel::schema},
                                  .shared = read_migrations(kMigrations, Scope::shared),
                                  .tenant = read_migrations(kMigrations, Scope::tenant)};
  const auto report = Migrator(settings).run({}, {});
  ASSERT_EQ(report.outcome, RunOutcome::completed) << (report.schemas.empty() ? "" : report.schemas.back().why);
  const auto tables = [&] {
    return database.value("SELECT count(*) FROM pg_tables WHERE schemaname IN ('tenant_reference', 'public')");
  };
  EXPECT_GE(std::stoi(tables()), 60);
  auto connection = database.connect();
  const auto run = [&](const std::string& text) { connection.run_script(pg::Sql::script_from_operator(text)); };
  for (const auto* set : {&settings.tenant, &settings.shared}) {
    run(set == &settings.tenant ? "SET search_path = tenant_reference, public" : "SET search_path = public");
    for (int number = set->last(); number > 0; --number) {
      ASSERT_TRUE(set->at(number).down) << number;
      // One by one, because some of them refuse a transaction.
      for (const auto& statement : set->at(number).down->statements) run(statement.text);
    }
  }
  EXPECT_EQ(tables(), "0");
}

}  // namespace
}  // namespace tenure::schemas
