#include "jobs/lease_keeper.h"

#include <gtest/gtest.h>

#include <future>

#include "jobs/job_control.h"
#include "jobs/legal_holds.h"
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
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), Requests::ignored, [] { ADD_FAILURE(); });
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  while (until() == first) ASSERT_FALSE(deadline.has_passed());
}

// C5: whoever lost the job is told.
TEST_F(LeaseKeeperTest, TellsOnceWhenTheJobHasAnotherOwner) {
  const Lease lease = leased(Milliseconds(0));
  ASSERT_TRUE(jobs_.claim("other", std::chrono::minutes(1)));
  std::promise<void> lost;
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), Requests::ignored, [&] { lost.set_value(); });
  EXPECT_EQ(lost.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

// C9, C10: a long call is stopped when somebody asks for it, and not only the step behind it.
TEST_F(LeaseKeeperTest, TellsWhenAHoldIsPlacedMeanwhile) {
  const auto tenant = TenantId::random();
  const Lease lease = jobs_.enqueue_leased({.subject = tenant, .services = {"a"}}, "me", std::chrono::minutes(1));
  std::promise<void> told;
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), Requests::heeded, [&] { told.set_value(); });
  LegalHolds(pool_).place(tenant, "a lawsuit", Actor::command());
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

TEST_F(LeaseKeeperTest, TellsWhenACancellationIsAskedForMeanwhile) {
  const Lease lease = jobs_.enqueue_leased(
      {.subject = TenantId::random(), .services = {"a"}, .archive_key = "v1.k1.abc"}, "me", std::chrono::minutes(1));
  std::promise<void> told;
  const LeaseKeeper keeper(jobs_, lease, Milliseconds(30), Requests::heeded, [&] { told.set_value(); });
  JobControl(pool_).cancel(lease.job, Actor::command());
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

}  // namespace
}  // namespace tenure::jobs
