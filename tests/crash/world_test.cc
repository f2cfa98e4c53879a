#include "tests/crash/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/crash/holdings.h"

// What the other tests of this suite stand on.
namespace tenure::crash {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WorldTest, AnErasureTakesTheTenantsRowsAndFilesAndNothingElse) {
  World world;
  const auto tenant = world.add_tenant();
  const auto beside = holdings_beside(world.places(), {tenant});
  EXPECT_EQ(total_of(holdings_of(world.places(), {tenant})), 270);
  auto node = world.serve(world.write_estate({}));
  ASSERT_TRUE(node->ask("DELETE", "/api/v1/tenants/" + tenant, world.token()));
  auto control = world.control();
  while (control.value("SELECT status FROM tenure.deletion_jobs WHERE tenant_id = $1", {tenant}) != "completed") {
    ASSERT_FALSE(node->has_ended_within(std::chrono::milliseconds(20))) << node->errors();
  }
  node->send_signal(SIGTERM);
  EXPECT_EQ(node->wait(), 0) << node->errors();
  EXPECT_THAT(holdings_of(world.places(), {tenant}), IsEmpty());
  EXPECT_THAT(differences(beside, holdings_beside(world.places(), {tenant})), IsEmpty());
}

TEST(WorldTest, ACrashOfTheDatabasesKeepsWhatWasCommittedAndNothingElse) {
  World world;
  const auto before = holdings_beside(world.places(), {});
  auto uncommitted = world.database("orders");
  uncommitted.run("BEGIN; INSERT INTO currencies VALUES ('USD', 1.1)");
  world.database("orders").run("INSERT INTO currencies VALUES ('SEK', 0.09)");
  Cluster::instance().crash();
  EXPECT_THAT(differences(before, holdings_beside(world.places(), {})),
              ElementsAre("orders/public.currencies: 0 missing, 1 new"));
}

TEST(WorldTest, DifferencesNameThePlaceAndCountWhatIsMissingAndNew) {
  const Holdings before{{"a/t", {{"1", 2}, {"2", 1}}}, {"a/u", {{"1", 1}}}};
  const Holdings after{{"a/t", {{"1", 1}, {"3", 1}}}, {"a/u", {{"1", 1}}}, {"b/files", {{"1", 1}}}};
  EXPECT_THAT(differences(before, after), ElementsAre("a/t: 2 missing, 1 new", "b/files: 0 missing, 1 new"));
  EXPECT_THAT(differences(before, before), IsEmpty());
}

}  // namespace
}  // namespace tenure::crash
