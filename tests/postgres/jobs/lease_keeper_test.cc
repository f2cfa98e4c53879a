#include "jobs/lease_keeper.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/support/database.h"

namespace tenure::jobs {
namespace {

class LeaseKeeperTest : public ::testing::Test {
 protected:
  LeaseKeeperTest() {
    auto session = db_.connect();
    install_schema(session);
  }

  Lease leased(Milliseconds lease) {
    return jobs_.enqueue_leased({.subject = TenantId::random(), .services = {"a"}}, "me", lease);
  }

  test::TestDatabase db_;
  pg::Pool pool_{db_.settings(), 4};
  JobStore jobs_{pool_};
};

// C5: the owner keeps the job for as long as it works on it.
TEST_F(LeaseKeeperTest, ExtendsTheLease) {
  const Lease lease = leased(std::chrono::minutes(1));
  const auto until = [&] { return db_.value("select lease_until from tenure.deletion_jobs"); };
  const auto first = until();
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), [] { ADD_FAILURE(); });
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  while (until() == first) ASSERT_FALSE(deadline.has_passed());
}

// C5: whoever lost the job is told.
TEST_F(LeaseKeeperTest, TellsOnceWhenTheJobHasAnotherOwner) {
  const Lease lease = leased(Milliseconds(0));
  ASSERT_TRUE(jobs_.claim("other", std::chrono::minutes(1)));
  std::promise<void> lost;
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), [&] { lost.set_value(); });
  EXPECT_EQ(lost.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

// C5: the next epoch is kept from the moment it is there.
TEST_F(LeaseKeeperTest, KeepsTheLeaseThatTookThePlaceOfTheFirst) {
  const Lease lease = jobs_.enqueue_leased(
      {.subject = TenantId::random(), .services = {"a"}, .archive_key = "v1.k1.abc"}, "me", std::chrono::minutes(1));
  LeaseKeeper keeper(jobs_, lease, Milliseconds(30), [] { ADD_FAILURE(); });
  const Lease next = keeper.exchange(
      [&](const Lease& present) { return jobs_.begin_compensation(present, JobState::running, "service_failed"); });
  EXPECT_EQ(next.epoch, lease.epoch + 1);
  const auto until = [&] { return db_.value("select lease_until from tenure.deletion_jobs"); };
  const auto first = until();
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  while (until() == first) ASSERT_FALSE(deadline.has_passed());
}

}  // namespace
}  // namespace tenure::jobs
