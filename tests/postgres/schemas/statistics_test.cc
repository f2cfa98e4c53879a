#include "schemas/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schemas/migrations/lease.h"
#include "tests/postgres/schemas/product.h"

// Spec D13: what the registry says of runs and schemas.
namespace tenure::schemas {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class MigrationStatistics : public ::testing::Test {
 protected:
  MigrationStatistics() { product_.write_usual_migrations(); }

  Statistics statistics() const {
    auto session = product_.database().connect();
    return read_statistics(session, {10, 100});
  }
  void add_run(const char* outcome, int seconds) const {
    product_.run(
        "INSERT INTO tenure.migration_runs (owner, started_at, finished_at, outcome) VALUES ('a test', now(), now() "
        "+ " +
        std::to_string(seconds) + " * interval '1 second', '" + outcome + "')");
  }

  const Product product_;
};

TEST_F(MigrationStatistics, AreEmptyWhereNothingWasEverMigrated) {
  const auto none = statistics();
  EXPECT_THAT(none.runs, IsEmpty());
  EXPECT_THAT(none.tenant_schemas, IsEmpty());
  EXPECT_EQ(none.running, Milliseconds(0));
}

TEST_F(MigrationStatistics, CountRunsByOutcomeAndTheirTime) {
  product_.migrate();
  product_.run("DELETE FROM tenure.migration_runs");
  for (const int seconds : {5, 10, 50, 1000}) add_run("completed", seconds);
  add_run("rolled_back", 11);
  const auto now = statistics();
  const auto& completed = now.runs.at("completed");
  EXPECT_EQ(completed.count, 4);
  EXPECT_EQ(completed.duration, Milliseconds(1'065'000));
  EXPECT_THAT(completed.within, ElementsAre(2, 3));
  EXPECT_THAT(now.runs.at("rolled_back").within, ElementsAre(0, 1));
}

TEST_F(MigrationStatistics, CountARunThatReallyFailed) {
  product_.migrate();
  product_.add_tenants(2);
  product_.write("tenant/0004_wrong.sql", "select 1 / 0;");
  EXPECT_FALSE(product_.migrate().is_success());
  std::int64_t ended = 0;
  for (const auto& [outcome, runs] : statistics().runs) {
    if (outcome != "completed") ended += runs.count;
  }
  EXPECT_EQ(ended, 1);
}

TEST_F(MigrationStatistics, CountTenantsSchemasByVersionAndNoOthers) {
  product_.migrate();
  product_.add_tenants(3);
  EXPECT_THAT(statistics().tenant_schemas, ElementsAre(Pair(0, 3)));
  product_.migrate();
  product_.add_tenant("tenant_late");
  EXPECT_THAT(statistics().tenant_schemas, ElementsAre(Pair(0, 1), Pair(3, 3)));
}

// A run that was killed would go on for ever.
TEST_F(MigrationStatistics, ARunIsGoingOnForAsLongAsItsLeaseIsAlive) {
  product_.migrate();
  const auto lease = MigrationLease::acquire(product_.database().settings(), "a test", Milliseconds(0), {});
  product_.run(
      "UPDATE tenure.migration_lease SET since = now() - interval '1 hour';"
      "INSERT INTO tenure.migration_runs (owner, started_at) VALUES ('a test', now() - interval '1 hour')");
  EXPECT_GE(statistics().running, Milliseconds(std::chrono::hours(1)));
  EXPECT_EQ(statistics().runs.count("abandoned"), 0);
  product_.run("UPDATE tenure.migration_lease SET lease_until = now() - interval '1 second'");
  EXPECT_EQ(statistics().running, Milliseconds(0));
  EXPECT_EQ(statistics().runs.at("abandoned").count, 1);
}

// A counter that went back would be a restart to whoever reads it.
TEST_F(MigrationStatistics, ARunThatWasKilledIsCountedOnceWhateverBeginsAfterIt) {
  product_.migrate();
  product_.run("INSERT INTO tenure.migration_runs (owner) VALUES ('killed')");
  EXPECT_EQ(statistics().runs.at("abandoned").count, 1) << "nobody has the lease";
  {
    const auto next = MigrationLease::acquire(product_.database().settings(), "the next", Milliseconds(0), {});
    EXPECT_EQ(statistics().runs.at("abandoned").count, 1) << "the lease is another's";
    EXPECT_EQ(statistics().running, Milliseconds(0));
  }
  product_.add_tenant("tenant_new");
  product_.migrate();
  EXPECT_EQ(statistics().runs.at("abandoned").count, 1);
}

}  // namespace
}  // namespace tenure::schemas
