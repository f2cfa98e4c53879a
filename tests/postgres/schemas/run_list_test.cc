// E3: an operator sees every run of migrations, how it ended and why, and the one that goes on.
#include "schemas/run_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "schemas/migrations/lease.h"
#include "tests/postgres/schemas/product.h"
#include "tests/support/error_of.h"

namespace tenure::schemas {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RunListTest : public ::testing::Test {
 protected:
  RunListTest() { product_.write_usual_migrations(); }

  RunPage list(int limit = 100, std::optional<std::int64_t> after = std::nullopt) const {
    auto connection = product_.database().connect();
    return list_runs(connection, limit, after);
  }
  ListedRun last() const { return list().runs.at(0); }

  const Product product_;
};

TEST_F(RunListTest, IsEmptyBeforeTheFirstRun) { EXPECT_TRUE(list().runs.empty()); }

TEST_F(RunListTest, SaysToWhichVersionsHowManySchemasWereBrought) {
  product_.migrate();
  const auto first = last();
  EXPECT_EQ(first.outcome, "completed");
  EXPECT_EQ(first.shared_version, 2);
  EXPECT_EQ(first.tenant_version, 3);
  EXPECT_EQ(first.behind, 2) << "the shared one and the reference";
  EXPECT_EQ(first.done, 2);
  EXPECT_TRUE(first.finished_at);
  EXPECT_FALSE(first.cause);
  product_.add_tenants(2);
  product_.migrate();
  EXPECT_EQ(last().shared_version, std::nullopt) << "it was up to date";
  EXPECT_EQ(last().done, 2);
}

TEST_F(RunListTest, SaysWhyARunFailedAndWhatItTookBack) {
  product_.migrate();
  product_.add_tenants(2);
  product_.migrate();
  product_.write("tenant/0004_invoices.sql", "create table invoices (id int);");
  product_.write("tenant/0004_invoices.down.sql", "drop table invoices;");
  product_.run("create table tenant_02.invoices (mine int)");
  EXPECT_FALSE(product_.migrate({.connections = 1}).is_success());
  const auto run = last();
  EXPECT_EQ(run.outcome, "rolled_back");
  EXPECT_EQ(run.failed, 1);
  EXPECT_EQ(run.rolled_back, 2);
  EXPECT_EQ(run.done, 0);
  EXPECT_THAT(run.cause.value_or(""), StartsWith("tenant_02: "));
  EXPECT_THAT(run.cause.value_or(""), HasSubstr("0004_invoices.sql"));
}

TEST_F(RunListTest, ARunGoesOnForAsLongAsTheSessionOfItsLeaseIsThere) {
  product_.migrate();
  product_.add_tenant("tenant_one");
  const auto lease = MigrationLease::acquire(product_.database().settings(), "a test", Milliseconds(0), {});
  product_.run(
      "INSERT INTO tenure.migration_runs (owner, behind) VALUES ('a test', 3);"
      "INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how, run_id) SELECT s.id, 1, 'one', "
      "'', "
      "'applied', r.id FROM tenure.schemas s, tenure.migration_runs r WHERE s.name = 'tenant_one' AND r.owner = 'a "
      "test'");
  EXPECT_EQ(last().outcome, "running");
  EXPECT_EQ(last().done, 1);
  EXPECT_EQ(last().behind, 3);
  // Waits for its end, up to ten seconds.
  ASSERT_EQ(product_.value("SELECT pg_terminate_backend(backend_pid, 10000) FROM tenure.migration_lease"), "t");
  EXPECT_EQ(last().outcome, "abandoned");
  EXPECT_EQ(last().done, 1);
  EXPECT_FALSE(last().finished_at) << "nobody knows when";
}

TEST_F(RunListTest, ComesInPagesNewestFirst) {
  product_.migrate();
  product_.run("INSERT INTO tenure.migration_runs (owner) SELECT n FROM generate_series(1, 4) n");
  std::vector<std::int64_t> seen;
  std::optional<std::int64_t> after;
  do {
    const auto page = list(2, after);
    for (const auto& run : page.runs) seen.push_back(run.id);
    after = page.next;
  } while (after);
  EXPECT_EQ(seen.size(), 5);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
  EXPECT_EQ(test::error_of([&] { list(0); }).code(), ErrorCode::invalid_argument);
}

// What an earlier version made has no columns for all of it.
TEST_F(RunListTest, TheNextRunBringsTheRegistryOfAnEarlierVersionUpToDate) {
  product_.migrate();
  product_.run(
      "ALTER TABLE tenure.migration_runs DROP COLUMN behind, DROP COLUMN shared_version, DROP COLUMN tenant_version, "
      "DROP COLUMN cause");
  EXPECT_TRUE(list().runs.empty());
  product_.add_tenant("tenant_one");
  product_.migrate();
  ASSERT_EQ(list().runs.size(), 2);
  EXPECT_EQ(last().behind, 1);
  EXPECT_EQ(list().runs.at(1).behind, std::nullopt);
}

}  // namespace
}  // namespace tenure::schemas
