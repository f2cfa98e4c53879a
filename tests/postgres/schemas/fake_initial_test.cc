#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/postgres/schemas/product.h"

// D3: --fake-initial records the first migration as applied where its tables exist with the right columns, and refuses
// where they differ.
namespace tenure::schemas {
namespace {

using testing::HasSubstr;

class FakeInitialTest : public testing::Test {
 protected:
  FakeInitialTest() {
    product_.write_usual_migrations();
    product_.write("tenant/0001_customers.sql",
                   "create type mood as enum ('good', 'bad');\n"
                   "create table customers (id bigint generated always as identity primary key, name text not null,\n"
                   "  mood mood default 'good', country text references public.countries (code));\n"
                   "create table tags (label varchar(40) default 'none');\n");
    product_.migrate();
    product_.add_tenants(3);
  }

  RunReport migrate(bool is_trial = false) const {
    return product_.migrate({.connections = 1, .error_budget = 9, .fake_initial = true, .is_trial = is_trial});
  }
  /// What an older tool had made in a schema, in another order of columns, with an index of its own.
  void make_tables(const std::string& schema, const std::string& change = "") const {
    product_.run("set search_path = " + schema +
                 ", public; create type mood as enum ('good', 'bad'); create table customers (name text not null, id "
                 "bigint generated always as identity primary key, mood mood default 'good', country text references "
                 "countries); create index by_name on customers (name); create table tags (label varchar(40) default "
                 "'none'); insert into customers (name) values ('kept'); " +
                 change);
  }

  const Product product_;
};

TEST_F(FakeInitialTest, TablesThatAreThereAreRecordedAndTheRestIsApplied) {
  make_tables("tenant_01");
  const auto report = migrate();
  EXPECT_EQ(summary_of(report), "applied: 2, faked: 1");
  EXPECT_EQ(report_of(report, "tenant_01").outcome, SchemaOutcome::faked);
  EXPECT_EQ(product_.version("tenant_01"), "3");
  EXPECT_EQ(product_.value("SELECT name FROM tenant_01.customers"), "kept");
  EXPECT_TRUE(product_.has_table("tenant_01.orders"));
  EXPECT_EQ(product_.value("SELECT string_agg(how, ',' ORDER BY number) FROM tenure.schema_migrations m JOIN "
                           "tenure.schemas s ON s.id = m.schema_id WHERE s.name = 'tenant_01'"),
            "faked,applied,applied");
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%scratch%'"), "0");
  EXPECT_EQ(product_.migrate().outcome, RunOutcome::nothing_to_do);
}

TEST_F(FakeInitialTest, WhereTheyDifferEachDifferenceIsNamedAndNothingChanges) {
  make_tables("tenant_01",
              "alter table customers alter name drop not null, add column extra int; alter table customers drop mood; "
              "alter table tags alter label type varchar(50)");
  const auto report = migrate();
  const auto& refused = report_of(report, "tenant_01");
  EXPECT_EQ(refused.outcome, SchemaOutcome::failed);
  EXPECT_THAT(refused.why, HasSubstr("column customers.name is \"text\" and not \"text not null\""));
  EXPECT_THAT(refused.why, HasSubstr("column customers.mood is missing"));
  EXPECT_THAT(refused.why, HasSubstr("column customers.extra is none of its"));
  EXPECT_THAT(refused.why, HasSubstr("column tags.label is \"character varying(50)"));
  EXPECT_EQ(product_.version("tenant_01"), "0");
  EXPECT_EQ(product_.version("tenant_02"), "3");
}

TEST_F(FakeInitialTest, HalfOfTheTablesAreNotEnough) {
  make_tables("tenant_01", "drop table tags");
  EXPECT_THAT(report_of(migrate(), "tenant_01").why, HasSubstr("table tags is missing"));
}

TEST_F(FakeInitialTest, TablesOfOthersInTheSchemaDoNotMatter) {
  product_.run("create table tenant_01.something_else (id int)");
  EXPECT_EQ(report_of(migrate(), "tenant_01").outcome, SchemaOutcome::applied);
}

TEST_F(FakeInitialTest, WithoutTheWordTablesInTheWayAreAFailure) {
  make_tables("tenant_01");
  EXPECT_EQ(report_of(product_.migrate({.error_budget = 9}), "tenant_01").outcome, SchemaOutcome::failed);
}

TEST_F(FakeInitialTest, ATrialFindsOutTheSameAndLeavesNothing) {
  make_tables("tenant_01");
  make_tables("tenant_02", "drop table tags");
  const auto report = migrate(true);
  EXPECT_EQ(summary_of(report), "tried: 2, failed: 1");
  EXPECT_EQ(product_.version("tenant_01"), "0");
}

TEST_F(FakeInitialTest, AFailedRunForgetsTheRecordAndLeavesTheTables) {
  make_tables("tenant_01");
  product_.run("create table tenant_02.orders (id int)");
  const auto report = product_.migrate({.connections = 1, .fake_initial = true});
  EXPECT_EQ(report.outcome, RunOutcome::rolled_back);
  EXPECT_EQ(product_.version("tenant_01"), "0");
  EXPECT_EQ(product_.value("SELECT name FROM tenant_01.customers"), "kept");
  EXPECT_FALSE(product_.has_table("tenant_01.orders"));
}

}  // namespace
}  // namespace tenure::schemas
