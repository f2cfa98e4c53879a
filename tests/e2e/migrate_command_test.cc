#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/migrated_product.h"

// D2–D4: `tenure migrate` as an operator and a pipeline use it, and its answers to bad input.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrateCommand : public ::testing::Test {
 protected:
  MigrateCommand() { product_.write("tenant/0001_orders.sql", "create table orders (id bigint primary key);\n"); }

  void expect_refused(const MigratedProduct::Words& more, int status,
                      const ::testing::Matcher<std::string>& error) const {
    const auto finished = product_.migrate(more);
    EXPECT_EQ(finished.status, status) << finished.output;
    EXPECT_THAT(finished.errors, error);
    EXPECT_THAT(finished.output, IsEmpty());
  }

  const MigratedProduct product_;
};

TEST_F(MigrateCommand, CheckFailsUntilEverySchemaIsUpToDate) {
  EXPECT_EQ(product_.migrate({"--check"}).status, 1);
  EXPECT_EQ(product_.value("SELECT to_regnamespace('tenure')"), "NULL") << "a check changes nothing";
  EXPECT_EQ(product_.migrate().status, 0);
  EXPECT_EQ(product_.migrate({"--check"}).status, 0);
  product_.add_tenants(3);
  const auto check = product_.migrate({"--check"});
  EXPECT_EQ(check.status, 1);
  EXPECT_THAT(check.output, HasSubstr("3 of 5 schemas behind"));
}

TEST_F(MigrateCommand, SaysForEachTenantWhatBecameOfIt) {
  product_.migrate();
  product_.add_tenants(2);
  product_.run("CREATE TABLE tenant_02.orders (id text)");
  const auto finished = product_.migrate({"--error-budget", "1"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("applied      tenant_01"), HasSubstr("failed       tenant_02"),
                    HasSubstr("0001_orders.sql:1: relation \"orders\" already exists (SQLSTATE 42P07), at: "
                              "create table orders")));
}

TEST_F(MigrateCommand, EachStepAloneAndOneSchemaAlone) {
  EXPECT_EQ(product_.migrate({"--shared"}).status, 0);
  EXPECT_EQ(product_.value("SELECT to_regclass('public.plans')"), "plans");
  EXPECT_EQ(product_.value("SELECT to_regclass('tenant_reference.orders')"), "NULL");
  EXPECT_EQ(product_.migrate({"--tenant"}).status, 0);
  product_.add_tenants(2);
  EXPECT_EQ(product_.migrate({"--schema", "tenant_02"}).status, 0);
  EXPECT_EQ(product_.value("SELECT to_regclass('tenant_02.orders')"), "tenant_02.orders");
  EXPECT_EQ(product_.value("SELECT to_regclass('tenant_01.orders')"), "NULL");
}

TEST_F(MigrateCommand, ADryRunLeavesNothingAndAPlanNamesWhatIsMissing) {
  EXPECT_THAT(product_.migrate({"--plan"}).output, HasSubstr("tenant  0001"));
  const auto trial = product_.migrate({"--dry-run"});
  EXPECT_EQ(trial.status, 0) << trial.errors << trial.output;
  EXPECT_EQ(product_.value("SELECT to_regclass('public.plans')"), "NULL");
}

TEST_F(MigrateCommand, FakeInitialTakesOverADatabaseThatIsThere) {
  product_.run(
      "CREATE TABLE plans (code text primary key); CREATE SCHEMA tenant_reference; CREATE TABLE "
      "tenant_reference.orders (id bigint primary key); INSERT INTO plans VALUES ('small')");
  EXPECT_EQ(product_.migrate().status, 1);
  const auto finished = product_.migrate({"--fake-initial"});
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("2 faked"));
  EXPECT_EQ(product_.value("SELECT count(*) FROM plans"), "1");
}

TEST_F(MigrateCommand, FaultyFilesAreAllNamedBeforeAnythingIsChanged) {
  product_.write("tenant/0003_later.sql", "select 1;");
  product_.write("tenant/0004_open.sql", "\nselect 'never closed;");
  expect_refused({}, 2, AllOf(HasSubstr("0004_open.sql:2: a text begins here and does not end"), HasSubstr("0002")));
  EXPECT_EQ(product_.value("SELECT to_regclass('public.plans')"), "NULL");
}

TEST_F(MigrateCommand, AFolderThatIsNotThereIsNamed) {
  product_.remove("");
  expect_refused({}, 2, AllOf(HasSubstr("service app"), HasSubstr("migrations")));
}

TEST_F(MigrateCommand, AFolderThatCannotBeReadIsNamedAndNothingIsChanged) {
  product_.remove("tenant");
  std::filesystem::create_symlink("tenant", product_.file("migrations/tenant"));
  expect_refused({}, 2, HasSubstr("tenant: the folder cannot be read"));
  EXPECT_EQ(product_.value("SELECT to_regclass('public.plans')"), "NULL");
}

TEST_F(MigrateCommand, GapsAndDuplicatesInTheNumbersAreNamedAndNothingIsChanged) {
  product_.write("tenant/0001_again.sql", "select 1;");
  product_.write("tenant/0005_late.sql", "select 1;");
  expect_refused({}, 2,
                 AllOf(HasSubstr("has the number of"), HasSubstr("there is no migration 0002 to 0004 before it")));
  EXPECT_EQ(product_.value("SELECT to_regclass('public.plans')"), "NULL");
}

TEST_F(MigrateCommand, WordsThatMakeNoSenseAreRefusedByName) {
  expect_refused({"--schema", "tenant_99"}, 2, HasSubstr("tenant_99"));
  expect_refused({"--service", "apps"}, 2, HasSubstr("apps"));
  expect_refused({"--lock-timeout", "soon"}, 2, HasSubstr("lock-timeout"));
  expect_refused({"--wait", "-1s"}, 2, HasSubstr("wait"));
  expect_refused({"--connections", "0"}, 2, HasSubstr("--connections"));
  expect_refused({"--error-budget", "-1"}, 2, HasSubstr("--error-budget"));
  expect_refused({"--shared", "--tenant"}, 2, HasSubstr("--tenant"));
  expect_refused({"--check", "--dry-run"}, 2, HasSubstr("--dry-run"));
  expect_refused({"--sample", "3"}, 2, HasSubstr("--sample"));
}

}  // namespace
}  // namespace tenure::e2e
