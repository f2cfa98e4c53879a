#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "pg/transaction.h"
#include "tests/postgres/schemas/product.h"

// D7: a failed run takes back exactly what it changed.
namespace tenure::schemas {
namespace {

using testing::HasSubstr;

class WayBackTest : public testing::Test {
 protected:
  WayBackTest() {
    product_.write_usual_migrations();
    product_.migrate();
    product_.add_tenants(3);
    product_.migrate();
  }

  /// One migration more for everybody, which cannot be applied to tenant_03.
  void write_one_that_fails_for_the_last(const std::string& down) const {
    product_.write("tenant/0004_invoices.sql", "create table invoices (id int);");
    if (!down.empty()) product_.write("tenant/0004_invoices.down.sql", down);
    product_.run("create table tenant_03.invoices (mine int); insert into tenant_03.invoices values (7)");
  }
  RunReport migrate(MigrateOptions options = {}) const {
    options.connections = 1;
    return product_.migrate(options);
  }

  const Product product_;
};

TEST_F(WayBackTest, EveryTenantOfTheRunGoesBackAndTheFailedOneIsAsItWas) {
  write_one_that_fails_for_the_last("drop table invoices;");
  const auto report = migrate();
  EXPECT_EQ(report.outcome, RunOutcome::rolled_back);
  EXPECT_EQ(summary_of(report), "failed: 1, rolled_back: 3");
  for (const auto* schema : {"tenant_reference", "tenant_01", "tenant_02", "tenant_03"}) {
    EXPECT_EQ(product_.version(schema), "3");
  }
  EXPECT_FALSE(product_.has_table("tenant_01.invoices"));
  EXPECT_FALSE(product_.has_table("tenant_reference.invoices"));
  EXPECT_EQ(product_.value("SELECT mine FROM tenant_03.invoices"), "7");
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.schema_migrations WHERE number = 4"), "0");
  EXPECT_EQ(product_.value("SELECT outcome FROM tenure.migration_runs ORDER BY id DESC LIMIT 1"), "rolled_back");
}

TEST_F(WayBackTest, ATenantThatWasUpToDateBeforeTheRunStaysSo) {
  write_one_that_fails_for_the_last("drop table invoices;");
  migrate({.schema = "tenant_01"});
  EXPECT_EQ(product_.version("tenant_01"), "4");
  EXPECT_EQ(summary_of(migrate()), "failed: 1, rolled_back: 2");
  EXPECT_EQ(product_.version("tenant_01"), "4");
  EXPECT_TRUE(product_.has_table("tenant_01.invoices"));
}

TEST_F(WayBackTest, SeveralMigrationsGoBackLastFirst) {
  write_one_that_fails_for_the_last("drop table invoices;");
  product_.write("tenant/0005_lines.sql", "create table lines (invoice int);");
  product_.write("tenant/0005_lines.down.sql", "insert into invoices values (1); drop table lines;");
  EXPECT_EQ(migrate().outcome, RunOutcome::rolled_back);
  EXPECT_EQ(product_.version("tenant_01"), "3");
  EXPECT_FALSE(product_.has_table("tenant_01.lines"));
}

TEST_F(WayBackTest, WithoutAScriptForTheWayBackASchemaIsLeftAndTheReportSaysSo) {
  write_one_that_fails_for_the_last("");
  const auto report = migrate();
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_EQ(summary_of(report), "failed: 1, left: 3");
  EXPECT_THAT(report_of(report, "tenant_01").why, HasSubstr("0004_invoices.sql has no script for the way back"));
  EXPECT_EQ(product_.version("tenant_01"), "4");
}

TEST_F(WayBackTest, WithoutAScriptForTheWayBackASchemaComesBackFromTheRunsBackup) {
  const test::TemporaryFolder backups;
  product_.run("insert into tenant_01.customers values (1, 'Ann'); insert into tenant_01.orders values (1, 1, 'rye')");
  const auto rows = product_.database().digest_of("tenant_01.orders");
  write_one_that_fails_for_the_last("");
  product_.write("tenant/0005_gone.sql", "alter table orders drop column note;");
  const auto report = migrate({.backups = backups.path()});
  EXPECT_EQ(report.outcome, RunOutcome::rolled_back) << report_of(report, "tenant_01").why;
  EXPECT_EQ(summary_of(report), "failed: 1, rolled_back: 3");
  EXPECT_EQ(product_.version("tenant_01"), "3");
  EXPECT_EQ(product_.database().digest_of("tenant_01.orders"), rows);
  EXPECT_FALSE(product_.has_table("tenant_01.invoices"));
  product_.run("drop table tenant_03.invoices");
  EXPECT_EQ(migrate({.backups = backups.path()}).outcome, RunOutcome::completed);
  EXPECT_EQ(product_.version("tenant_01"), "5");
}

TEST_F(WayBackTest, BackupsOfARunThatWentWellAreKeptOnlyWhenAskedFor) {
  const test::TemporaryFolder backups;
  const auto files = [&] {
    if (!std::filesystem::exists(backups.path())) return std::ptrdiff_t{0};
    return std::count_if(std::filesystem::recursive_directory_iterator(backups.path()), {},
                         [](const auto& entry) { return entry.is_regular_file(); });
  };
  product_.write("tenant/0004_more.sql", "alter table orders add column more int;");
  EXPECT_EQ(migrate({.backups = backups.path()}).outcome, RunOutcome::completed);
  EXPECT_EQ(files(), 0);
  product_.write("tenant/0005_most.sql", "alter table orders add column most int;");
  EXPECT_EQ(migrate({.backup = BackupPolicy::always, .backups = backups.path()}).outcome, RunOutcome::completed);
  EXPECT_EQ(files(), 4);
}

TEST_F(WayBackTest, AWayBackThatFailsLeavesItsSchemaAndNoOther) {
  write_one_that_fails_for_the_last("drop table invoices;");
  product_.run("create table tenant_01.in_the_way (id int)");
  product_.write("tenant/0004_invoices.sql",
                 "create table invoices (id int primary key);\n"
                 "do $$ begin if to_regclass('in_the_way') is not null then\n"
                 "  create table in_use (id int references invoices); end if; end $$;\n");
  const auto report = migrate();
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_EQ(report_of(report, "tenant_01").outcome, SchemaOutcome::left);
  EXPECT_THAT(report_of(report, "tenant_01").why, HasSubstr("0004_invoices.down.sql:1: "));
  EXPECT_EQ(report_of(report, "tenant_02").outcome, SchemaOutcome::rolled_back);
  EXPECT_TRUE(product_.has_table("tenant_01.invoices"));
  EXPECT_EQ(product_.version("tenant_01"), "4");
}

TEST_F(WayBackTest, TheSharedSchemaGoesBackLastAndOnlyWhenAllTenantsDid) {
  product_.write("shared/0003_holidays.sql", "create table holidays (day date primary key);");
  product_.write("shared/0003_holidays.down.sql", "drop table holidays;");
  write_one_that_fails_for_the_last("drop table invoices;");
  EXPECT_EQ(migrate().outcome, RunOutcome::rolled_back);
  EXPECT_FALSE(product_.has_table("public.holidays"));
  product_.remove("tenant/0004_invoices.down.sql");
  const auto report = migrate();
  EXPECT_THAT(report_of(report, "public").why, HasSubstr("may need it"));
  EXPECT_TRUE(product_.has_table("public.holidays"));
}

TEST_F(WayBackTest, OnRequestWhatTheRunChangedStays) {
  write_one_that_fails_for_the_last("drop table invoices;");
  const auto report = migrate({.take_back = false});
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_EQ(product_.version("tenant_01"), "4");
  product_.run("drop table tenant_03.invoices");
  EXPECT_EQ(summary_of(migrate()), "applied: 1");
}

TEST_F(WayBackTest, WithinTheErrorBudgetNothingIsTakenBack) {
  write_one_that_fails_for_the_last("drop table invoices;");
  EXPECT_EQ(migrate({.error_budget = 1}).outcome, RunOutcome::completed_with_failures);
  EXPECT_EQ(product_.version("tenant_01"), "4");
}

TEST_F(WayBackTest, AMigrationOutsideATransactionThatIsHalfDoneIsTakenUpByTheNextRun) {
  product_.write("tenant/0004_table.sql", "create table more (id int);");
  product_.write("tenant/0004_table.down.sql", "drop table more;");
  product_.write("tenant/0005_index.sql",
                 "-- tenure: no-transaction\ncreate index concurrently i1 on more (id);\n"
                 "create index concurrently i2 on more (label);\n");
  const auto report = migrate();
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_THAT(report_of(report, "tenant_reference").why, HasSubstr("it stays at version 4"));
  product_.run("alter table tenant_reference.more add column label text");
  EXPECT_EQ(report_of(migrate({.error_budget = 9}), "tenant_reference").outcome, SchemaOutcome::applied);
}

// A schema that met a lock after its first transaction came again, and its first part was forgotten.
TEST_F(WayBackTest, WhatWasAppliedBeforeALockIsTakenBackToo) {
  product_.write("tenant/0004_table.sql", "create table more (id int);");
  product_.write("tenant/0004_table.down.sql", "drop table more;");
  product_.write("tenant/0005_index.sql", "-- tenure: no-transaction\ncreate index concurrently i on orders (note);\n");
  product_.write("tenant/0005_index.down.sql", "drop index i;");
  product_.migrate({.schema = "tenant_reference"});
  auto other = product_.database().connect();
  const pg::Transaction transaction(other);
  other.run_script(pg::Sql::script_from_operator("LOCK TABLE tenant_02.orders"));
  const auto report = migrate({.schema = "tenant_02", .lock_timeout = Milliseconds(20), .lock_tries = 2});
  EXPECT_EQ(report.outcome, RunOutcome::failed);
  EXPECT_THAT(report_of(report, "tenant_02").why, HasSubstr("half done"));
  EXPECT_EQ(report_of(report, "tenant_02").from, 3);
}

TEST_F(WayBackTest, AFailedSharedSchemaStopsTheRunWhateverTheBudget) {
  product_.write("shared/0003_faulty.sql", "create table plans (id int);");
  product_.write("tenant/0004_more.sql", "create table more (id int);");
  const auto report = migrate({.error_budget = 9});
  EXPECT_EQ(summary_of(report), "failed: 1");
  EXPECT_EQ(product_.version("tenant_reference"), "3");
}

}  // namespace
}  // namespace tenure::schemas
