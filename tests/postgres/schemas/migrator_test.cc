#include "schemas/migrations/migrator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "schemas/migrations/lease.h"
#include "tests/postgres/schemas/product.h"

// D2, D4: runs over the schemas of one database.
namespace tenure::schemas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class MigratorTest : public testing::Test {
 protected:
  MigratorTest() { product_.write_usual_migrations(); }

  const Product product_;
};

std::string error_of(const std::function<void()>& action, ErrorCode code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "(no error)";
}

TEST_F(MigratorTest, ANewDatabaseGetsTheSharedSchemaAndTheReference) {
  const auto report = product_.migrate();
  EXPECT_EQ(report.outcome, RunOutcome::completed);
  EXPECT_EQ(summary_of(report), "applied: 2");
  EXPECT_TRUE(product_.has_table("public.plans"));
  EXPECT_TRUE(product_.has_table("tenant_reference.orders"));
  EXPECT_FALSE(product_.has_table("public.orders"));
  EXPECT_EQ(product_.version("public"), "2");
  EXPECT_EQ(product_.version("tenant_reference"), "3");
}

TEST_F(MigratorTest, EveryTenantGetsWhatItLacksAndASecondRunHasNothingToDo) {
  product_.migrate();
  product_.add_tenants(5);
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 5");
  for (int at = 1; at <= 5; ++at) {
    const auto schema = fmt::format("tenant_{:02}", at);
    EXPECT_TRUE(product_.has_table(schema + ".orders"));
    EXPECT_EQ(product_.version(schema), "3");
  }
  EXPECT_EQ(
      product_.value("SELECT count(*) FROM tenure.schema_migrations m JOIN tenure.schemas s ON s.id = m.schema_id "
                     "WHERE s.kind = 'tenant' AND m.how = 'applied' AND m.run_id IS NOT NULL"),
      "15");
  const auto again = product_.migrate();
  EXPECT_EQ(again.outcome, RunOutcome::nothing_to_do);
  EXPECT_EQ(again.up_to_date, 7);
  EXPECT_FALSE(again.run);
}

TEST_F(MigratorTest, TheSharedSchemaAndTheTenantsCanBeMigratedAlone) {
  EXPECT_EQ(summary_of(product_.migrate({.tenants = false})), "applied: 1");
  EXPECT_TRUE(product_.has_table("public.plans"));
  EXPECT_FALSE(product_.has_table("tenant_reference.customers"));
  product_.add_tenants(2);
  EXPECT_EQ(summary_of(product_.migrate({.shared = false})), "applied: 3");
  EXPECT_TRUE(product_.has_table("tenant_02.customers"));
}

TEST_F(MigratorTest, OneSchemaCanBeMigratedAlone) {
  product_.migrate();
  product_.add_tenants(3);
  EXPECT_EQ(summary_of(product_.migrate({.schema = "tenant_02"})), "applied: 1");
  EXPECT_EQ(product_.version("tenant_01"), "0");
  EXPECT_EQ(product_.version("tenant_02"), "3");
  EXPECT_THAT(error_of([&] { product_.migrate({.schema = "tenant_09"}); }, ErrorCode::not_found),
              HasSubstr("schema: tenant_09 is none of the service app's"));
}

TEST_F(MigratorTest, AFaultyMigrationIsNamedWithItsFileLineAndStatement) {
  product_.write("tenant/0004_faulty.sql",
                 "create table a (id int);\n\n-- Ü\ncreate table b (\n  id int,\n  tabel);\n");
  const auto report = product_.migrate();
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_THAT(
      report_of(report, "tenant_reference").why,
      testing::AllOf(HasSubstr("0004_faulty.sql:6: syntax error at or near \")\""), HasSubstr("at: create table b (")));
}

TEST_F(MigratorTest, AnErrorOfExecutionIsNamedByTheStatementThatFailed) {
  product_.write("tenant/0004_faulty.sql", "create table a (id int);\n\ncreate table orders (id int);\n");
  EXPECT_THAT(report_of(product_.migrate(), "tenant_reference").why,
              testing::AllOf(HasSubstr("0004_faulty.sql:3: relation \"orders\" already exists"),
                             HasSubstr("at: create table orders (id int)")));
}

TEST_F(MigratorTest, AnUnknownColumnIsNamedByItsOwnLine) {
  product_.write("tenant/0004_faulty.sql", "select 1;\nupdate orders\nset\n  no_such = 1;\n");
  EXPECT_THAT(report_of(product_.migrate(), "tenant_reference").why,
              testing::AllOf(HasSubstr("0004_faulty.sql:4: "), HasSubstr("no_such"), HasSubstr("at: update orders")));
}

TEST_F(MigratorTest, TheReferenceFailsFirstAndNoTenantIsTouched) {
  product_.migrate();
  product_.add_tenants(3);
  product_.write("tenant/0004_faulty.sql", "drop table no_such;");
  const auto report = product_.migrate();
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_EQ(summary_of(report), "failed: 1");
  EXPECT_EQ(product_.version("tenant_01"), "0");
  EXPECT_EQ(product_.version("tenant_reference"), "3");
}

TEST_F(MigratorTest, AFailedTenantHasNothingOfTheRunAndTheOthersGoOnWithinTheBudget) {
  product_.migrate();
  product_.add_tenants(4);
  product_.run("create table tenant_02.orders (x int)");
  const auto report = product_.migrate({.connections = 1, .error_budget = 1});
  EXPECT_EQ(report.outcome, RunOutcome::completed_with_failures);
  EXPECT_FALSE(report.is_success());
  EXPECT_EQ(summary_of(report), "applied: 3, failed: 1");
  EXPECT_THAT(report_of(report, "tenant_02").why, HasSubstr("0002_orders.sql:1: relation \"orders\" already exists"));
  EXPECT_EQ(product_.version("tenant_02"), "0");
  EXPECT_FALSE(product_.has_table("tenant_02.customers"));
  EXPECT_EQ(product_.version("tenant_04"), "3");
}

TEST_F(MigratorTest, AnEditedMigrationThatWasAppliedIsRefused) {
  product_.migrate();
  product_.write("tenant/0002_orders.sql", "create table orders (id bigint primary key);");
  product_.write("shared/0001_countries.sql", "create table countries (code text);");
  const auto error = error_of([&] { product_.migrate(); }, ErrorCode::refused);
  EXPECT_THAT(error, HasSubstr("0001_countries.sql: was edited after it had been applied to public"));
  product_.write("shared/0001_countries.sql", "create table countries (code text primary key);");
  EXPECT_THAT(error_of([&] { product_.migrate(); }, ErrorCode::refused),
              HasSubstr("0002_orders.sql: was edited after it had been applied to tenant_reference; put it back"));
}

TEST_F(MigratorTest, FilesOlderThanTheDatabaseAreRefused) {
  product_.migrate();
  product_.remove("tenant/0003_notes.sql");
  product_.remove("tenant/0003_notes.down.sql");
  EXPECT_THAT(error_of([&] { product_.migrate(); }, ErrorCode::refused),
              HasSubstr("0003_notes.sql is applied to tenant_reference, and there is no such file"));
}

TEST_F(MigratorTest, APlanChangesNothingNotEvenInANewDatabase) {
  const auto plan = product_.plan();
  EXPECT_EQ(plan.behind(), 2);
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('tenure', 'tenant_reference')"), "0");
  product_.migrate();
  EXPECT_TRUE(product_.plan().is_empty());
  product_.add_tenants(2);
  const auto later = product_.plan();
  EXPECT_EQ(later.tenant.total, 3);
  ASSERT_EQ(later.tenant.behind.size(), 2U);
  EXPECT_EQ(later.tenant.behind.front().name, "tenant_01");
  EXPECT_EQ(product_.version("tenant_01"), "0");
}

TEST_F(MigratorTest, ATrialExecutesEverythingAndLeavesNothing) {
  const auto first = product_.migrate({.is_trial = true});
  EXPECT_EQ(summary_of(first), "tried: 2");
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('tenure', 'tenant_reference')"), "0");
  product_.migrate();
  product_.add_tenants(3);
  product_.run("create table tenant_02.orders (x int)");
  const auto report = product_.migrate({.connections = 1, .error_budget = 9, .is_trial = true});
  EXPECT_EQ(summary_of(report), "tried: 2, failed: 1");
  EXPECT_THAT(report_of(report, "tenant_02").why, HasSubstr("relation \"orders\" already exists"));
  EXPECT_FALSE(product_.has_table("tenant_01.customers"));
  EXPECT_EQ(product_.version("tenant_01"), "0");
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.migration_runs"), "1");
}

TEST_F(MigratorTest, ATrialOfASampleTakesTheReferenceAndSomeTenants) {
  product_.migrate();
  product_.add_tenants(6);
  product_.write("tenant/0004_more.sql", "alter table orders add column more text;");
  EXPECT_EQ(summary_of(product_.migrate({.is_trial = true, .sample = 2})), "tried: 3");
}

TEST_F(MigratorTest, ALockedSchemaIsTriedAgainWhileTheOthersGoOn) {
  product_.migrate();
  product_.add_tenants(3);
  product_.migrate();
  product_.write("tenant/0004_more.sql", "alter table orders add column more text;");

  /// Lets go of the table once all the others are through.
  class LetGo final : public MigrationListener {
   public:
    explicit LetGo(pg::Connection& holder) : holder_(holder) {}
    void on_schema(const std::string&, const SchemaReport& report, std::int64_t done, std::int64_t) override {
      order.push_back(report.schema.name);
      using pg::operator""_sql;
      if (done == 3) holder_.exec("ROLLBACK"_sql);
    }
    std::vector<std::string> order;

   private:
    pg::Connection& holder_;
  };
  auto holder = product_.database().connect();
  holder.run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE tenant_01.orders IN ACCESS SHARE MODE"));
  LetGo listener(holder);
  const auto report =
      product_.migrate({.connections = 1, .lock_timeout = Milliseconds(30), .lock_tries = 100}, &listener);
  EXPECT_EQ(report.outcome, RunOutcome::completed);
  EXPECT_THAT(listener.order, ElementsAre("tenant_reference", "tenant_02", "tenant_03", "tenant_01"));
}

TEST_F(MigratorTest, ASchemaThatStaysLockedFailsAfterItsTries) {
  product_.migrate();
  product_.add_tenants(1);
  product_.migrate();
  product_.write("tenant/0004_more.sql", "alter table orders add column more text;");
  auto holder = product_.database().connect();
  holder.run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE tenant_01.orders IN ACCESS SHARE MODE"));
  const auto report = product_.migrate({.lock_timeout = Milliseconds(20), .lock_tries = 2, .take_back = false});
  EXPECT_EQ(summary_of(report), "applied: 1, failed: 1");
  EXPECT_THAT(report_of(report, "tenant_01").why, HasSubstr("lock timeout (SQLSTATE 55P03), at: alter table orders add "
                                                            "column more text (2 tries)"));
}

TEST_F(MigratorTest, AnotherRunHasTheLeaseAndThisOneSaysSo) {
  auto connection = product_.database().connect();
  install_registry(connection);
  const auto lease = MigrationLease::acquire(product_.database().settings(), "db1/4711", Milliseconds(0), {});
  EXPECT_THAT(error_of([&] { product_.migrate(); }, ErrorCode::conflict),
              testing::AllOf(StartsWith("db1/4711, for 0 s, is migrating this database"), HasSubstr("--wait")));
  EXPECT_FALSE(product_.has_table("public.plans"));
}

TEST_F(MigratorTest, AWaitingRunGoesOnWhenTheOtherHasEnded) {
  auto connection = product_.database().connect();
  install_registry(connection);
  auto lease = MigrationLease::acquire(product_.database().settings(), "db1/4711", Milliseconds(0), {});
  std::jthread waiting([&] { product_.migrate({.patience = std::chrono::minutes(1)}); });
  lease.reset();
  waiting.join();
  EXPECT_TRUE(product_.has_table("public.plans"));
}

TEST_F(MigratorTest, ALeaseWhoseSessionIsGoneIsTakenOverAtOnce) {
  auto connection = product_.database().connect();
  install_registry(connection);
  const auto lease = MigrationLease::acquire(product_.database().settings(), "db1/4711", Milliseconds(0), {});
  product_.run("SELECT pg_terminate_backend(backend_pid, 5000) FROM tenure.migration_lease");
  EXPECT_EQ(product_.migrate().outcome, RunOutcome::completed);
}

TEST_F(MigratorTest, ARunThatLostItsLeaseChangesNothingMore) {
  product_.migrate();
  product_.add_tenants(2);

  /// Somebody takes over as soon as the reference is through.
  class TakeOver final : public MigrationListener {
   public:
    explicit TakeOver(const Product& product) : product_(product) {}
    void on_started(const RunStart&) override { product_.run("UPDATE tenure.migration_lease SET epoch = epoch + 1"); }

   private:
    const Product& product_;
  };
  TakeOver listener(product_);
  const auto report = product_.migrate({.connections = 1}, &listener);
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_THAT(report_of(report, "tenant_01").why, HasSubstr("another run has taken over"));
  EXPECT_EQ(product_.version("tenant_01"), "0");
}

TEST_F(MigratorTest, ASessionSettingOfOneTenantIsGoneForTheNext) {
  product_.write("tenant/0004_settings.sql",
                 "set search_path = pg_catalog; create temporary table leftover (id int);\n");
  product_.write("tenant/0005_where.sql", "create table landed_here (id int);");
  product_.migrate();
  product_.add_tenants(3);
  EXPECT_EQ(summary_of(product_.migrate({.connections = 1})), "applied: 3");
  EXPECT_TRUE(product_.has_table("tenant_03.landed_here"));
}

TEST_F(MigratorTest, ManyTenantsOverSeveralConnectionsAreEachMigratedOnce) {
  product_.migrate();
  product_.add_tenants(20);
  product_.write("tenant/0004_count.sql", "create table counted (id int); insert into counted values (1);");
  const auto report = product_.migrate({.connections = 6});
  EXPECT_EQ(summary_of(report), "applied: 21");
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.schemas WHERE version = 4"), "21");
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenant_17.counted"), "1");
}

}  // namespace
}  // namespace tenure::schemas
