#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/rolled_out_product.h"

// Spec D12: migrate first; whatever goes wrong, the version that runs goes on serving. Two real programs, one database.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RollOut : public ::testing::Test {
 protected:
  RollOut() {
    const auto first = product_.roll_out(product_.release("one"));
    EXPECT_EQ(first.status, 0) << first.errors;
    old_ = product_.pid();
  }

  /// The first version serves as before.
  void expect_unchanged() const {
    EXPECT_EQ(product_.pid(), old_);
    EXPECT_EQ(product_.current(), "one");
    EXPECT_EQ(product_.health(), 200);
  }
  std::string columns() const {
    return product_.value(
        "select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid = "
        "'orders'::regclass and attnum > 0 and not attisdropped");
  }
  static void make_program(const std::string& path, const RolledOutProduct& product, const std::string& file,
                           const std::string& text) {
    product.write(file, text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  RolledOutProduct product_;
  int old_ = 0;
};

TEST_F(RollOut, TheFirstVersionServes) {
  expect_unchanged();
  EXPECT_EQ(columns(), "tenant_id");
}

TEST_F(RollOut, ANewVersionTakesOverAfterItsMigration) {
  const auto finished = product_.roll_out(product_.release("two", 2));
  ASSERT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(product_.current(), "two");
  EXPECT_NE(product_.pid(), old_);
  EXPECT_TRUE(RolledOutProduct::has_ended(old_));
  EXPECT_EQ(product_.health(), 200);
  EXPECT_EQ(columns(), "tenant_id c2");
}

TEST_F(RollOut, AFailedMigrationLeavesTheOldVersionServing) {
  const auto release = product_.release("two", 2);
  product_.write("two/migrations/shared/0003_broken.sql", "alter table there_is_none add column x int;");
  const auto finished = product_.roll_out(release);
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, HasSubstr("the migration failed, so nothing is rolled out"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("starting")));
  expect_unchanged();
  EXPECT_EQ(columns(), "tenant_id") << "and the migration before the broken one is taken back or never was";
}

TEST_F(RollOut, AVersionThatDoesNotStartIsTakenBack) {
  const auto release = product_.release("two", 2);
  product_.remove("two/tenure");
  make_program(product_.path("two/tenure"), product_, "two/tenure",
               "#!/bin/sh\n[ \"$1\" = migrate ] || { echo 'tenure: no' >&2; exit 1; }\n");
  const auto finished = product_.roll_out(release);
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, HasSubstr("the version before serves again"));
  expect_unchanged();
}

TEST_F(RollOut, AVersionThatIsNotHealthyIsTakenBack) {
  const auto release = product_.release("two", 2);
  product_.write("two/estate.yaml",
                 "estate: shop\n"
                 "control: {database: \"${DATABASE_URL}\"}\n"
                 "services:\n"
                 "  orders:\n"
                 "    database: ${DATABASE_URL}\n"
                 "    isolation: {model: rows, migrations: migrations}\n"
                 "  stock: {database: \"host=/nowhere dbname=stock user=nobody\"}\n");
  const auto finished = product_.roll_out(release, {{"HEALTH_TIMEOUT", "2"}});
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, HasSubstr("not healthy after 2 s"));
  EXPECT_THAT(finished.errors, HasSubstr("the version before serves again"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("/nowhere")));
  expect_unchanged();
}

// The version before has to be healthy on a database that a newer one has migrated, or it could not go on.
TEST_F(RollOut, TheOldVersionIsHealthyAfterTheNewOnesMigration) {
  const auto release = product_.release("two", 2);
  ASSERT_EQ(test::run_tenure({"migrate", "--estate", release + "/estate.yaml"}, product_.environment()).status, 0);
  expect_unchanged();
}

TEST_F(RollOut, TheSmokeTestUsesATokenAndFailsWithAWorthlessOne) {
  const auto token = test::run_tenure({"token", "--name", "smoke"}, product_.environment());
  ASSERT_EQ(token.status, 0);
  const auto smoke = [&](const std::string& text) {
    return test::run_process({product_.script("smoke_test"), product_.url()},
                             {.environment = {{"TENURE_TOKEN", text}}});
  };
  const auto good = smoke(token.output.substr(0, token.output.find('\n')));
  EXPECT_EQ(good.status, 0) << good.errors;
  const auto bad = smoke("worthless");
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.errors, HasSubstr("GET /api/v1/auth/deletion-jobs?limit=1 is 401 and not 200"));
  EXPECT_THAT(bad.errors, Not(HasSubstr("worthless")));
}

TEST_F(RollOut, ATargetThatLeavesAStepOutIsRefusedBeforeAnythingHappens) {
  product_.write("target.sh", "migrate() { :; }\nstart() { :; }\naddress() { :; }\n");
  const auto finished = test::run_process({product_.script("roll_out"), product_.path("target.sh")});
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, HasSubstr("does not say how to take_back"));
  expect_unchanged();
}

}  // namespace
}  // namespace tenure::e2e
