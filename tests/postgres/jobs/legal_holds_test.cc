// C10: no deletion of a held tenant starts, and a running one stops before its next step.
#include <thread>

#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using ::testing::HasSubstr;

class LegalHoldsTest : public JobStoreTest {
 protected:
  LegalHold hold() { return holds_.place(tenant_, "dispute 12/2026", admin_); }

  const TenantId tenant_ = TenantId::random();
};

TEST_F(LegalHoldsTest, HoldIsReadBack) {
  const auto placed = hold();
  const auto found = holds_.find(tenant_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->number, placed.number);
  EXPECT_EQ(found->reason, "dispute 12/2026");
  EXPECT_EQ(found->placed_by, to_string(admin_));
  EXPECT_FALSE(found->released_at);
  const auto released = holds_.release(tenant_, Actor::command());
  EXPECT_EQ(released.released_by, "command");
  EXPECT_TRUE(released.released_at);
  EXPECT_FALSE(holds_.find(tenant_));
}

TEST_F(LegalHoldsTest, HeldTenantsDeletionIsNotEnqueued) {
  const auto placed = hold();
  const Error error = error_of([&] { jobs_.enqueue(new_job(tenant_)); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("legal hold " + std::to_string(placed.number)));
  EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("dispute")));
  expect_conflict([&] { leased(new_job(tenant_)); }, "legal hold");
  EXPECT_NO_THROW(jobs_.enqueue(new_job()));
  holds_.release(tenant_, admin_);
  EXPECT_NO_THROW(jobs_.enqueue(new_job(tenant_)));
}

TEST_F(LegalHoldsTest, WaitingJobIsHeldAndGoesOnWhenReleased) {
  const JobId job = jobs_.enqueue(new_job(tenant_));
  hold();
  EXPECT_EQ(state_of(job), JobState::held);
  EXPECT_TRUE(jobs_.get(job).held_since);
  EXPECT_FALSE(jobs_.claim("me", kLease));
  EXPECT_FALSE(jobs_.claim(job, "me", kLease));
  holds_.release(tenant_, admin_);
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
  EXPECT_EQ(way_of(job), "pending held pending running");
}

TEST_F(LegalHoldsTest, ScheduledJobStaysScheduledAndDoesNotStart) {
  NewJob wanted = new_job(tenant_);
  wanted.run_at = std::chrono::system_clock::now() + kHour;
  const JobId job = jobs_.enqueue(wanted);
  hold();
  EXPECT_EQ(state_of(job), JobState::scheduled);
  db_.run("update tenure.deletion_jobs set run_at = now()");
  EXPECT_FALSE(jobs_.claim("me", kLease));
  EXPECT_EQ(state_of(job), JobState::scheduled);
  holds_.release(tenant_, admin_);
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
}

TEST_F(LegalHoldsTest, RunningJobStopsAtItsCheckpointAndGoesOnFromItsSteps) {
  const Lease lease = begun(archived_job(tenant_));
  hold();
  EXPECT_EQ(state_of(lease.job), JobState::running);
  EXPECT_TRUE(jobs_.checkpoint(lease).is_held);
  EXPECT_TRUE(jobs_.hold_running(lease, JobState::running));
  EXPECT_TRUE(jobs_.hold_running(lease, JobState::running)) << "the answer was lost";
  expect_conflict([&] { jobs_.begin_step(lease, "tenant", 1); }, "another owner");
  EXPECT_FALSE(jobs_.claim("me", kLease));
  holds_.release(tenant_, admin_);
  const auto again = jobs_.claim("me", kLease);
  ASSERT_TRUE(again);
  EXPECT_GT(again->epoch, lease.epoch);
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.steps[0].state, StepState::done);
  EXPECT_EQ(way_of(lease.job), "pending running held pending running");
}

// Else the job would be held for ever.
TEST_F(LegalHoldsTest, JobIsNotHeldOnceTheHoldWasReleased) {
  const Lease lease = begun(archived_job(tenant_));
  hold();
  ASSERT_TRUE(jobs_.checkpoint(lease).is_held);
  holds_.release(tenant_, admin_);
  EXPECT_FALSE(jobs_.hold_running(lease, JobState::running));
  EXPECT_EQ(state_of(lease.job), JobState::running);
  EXPECT_NO_THROW(jobs_.begin_step(lease, "tenant", 1));
}

TEST_F(LegalHoldsTest, FormerOwnerCannotHold) {
  const Lease former = leased(new_job(tenant_), kNoLease);
  ASSERT_TRUE(jobs_.claim("other", kLease));
  hold();
  expect_conflict([&] { jobs_.hold_running(former, JobState::running); }, "another owner");
}

TEST_F(LegalHoldsTest, OrphanedJobIsHeldInsteadOfTakenOver) {
  const Lease dead = leased(new_job(tenant_), kNoLease);
  hold();
  EXPECT_EQ(state_of(dead.job), JobState::held);
  const TenantId other = TenantId::random();
  const Lease dying = leased(new_job(other));
  holds_.place(other, "audit", admin_);
  jobs_.heartbeat(dying, kNoLease);
  EXPECT_FALSE(jobs_.claim("me", kLease));
  EXPECT_EQ(state_of(dying.job), JobState::held);
}

TEST_F(LegalHoldsTest, CompensationGoesOnUnderAHold) {
  const Lease lease = begun(archived_job(tenant_));
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "service_failed");
  hold();
  jobs_.heartbeat(back, kNoLease);
  EXPECT_EQ(jobs_.claim("me", kLease)->job, lease.job);
}

TEST_F(LegalHoldsTest, HeldTenantsFailedJobIsNotRetriedButItsCompletedOneRestored) {
  const TenantId other = TenantId::random();
  const Lease stuck = failed(archived_job(tenant_));
  const Lease gone = completed(archived_job(other));
  hold();
  holds_.place(other, "audit", admin_);
  expect_conflict([&] { control_.retry(stuck.job, admin_); }, "legal hold");
  EXPECT_NO_THROW(control_.restore(gone.job, admin_));
  EXPECT_EQ(jobs_.claim("me", kLease)->job, gone.job);
}

TEST_F(LegalHoldsTest, TenantHasOneHoldAtATime) {
  hold();
  expect_conflict([&] { hold(); }, "stands on the tenant already");
  EXPECT_EQ(error_of([&] { holds_.release(TenantId::random(), admin_); }).code(), ErrorCode::not_found);
}

TEST_F(LegalHoldsTest, HoldsAreListedNewestFirstPageByPage) {
  for (int at = 0; at < 5; ++at) holds_.place(TenantId::random(), "audit", admin_);
  hold();
  holds_.release(tenant_, admin_);
  const auto first = holds_.list({.limit = 3});
  const auto second = holds_.list({.limit = 3, .cursor = first.next});
  EXPECT_EQ(first.holds.size(), 3U);
  EXPECT_EQ(second.holds.size(), 2U);
  EXPECT_TRUE(second.next.empty());
  EXPECT_GT(first.holds[2].number, second.holds[0].number);
  EXPECT_EQ(holds_.list({.with_released = true}).holds.size(), 6U);
  EXPECT_EQ(holds_.list({.tenant = tenant_, .with_released = true}).holds.size(), 1U);
}

// Bad input
TEST_F(LegalHoldsTest, WrongInputIsNamed) {
  for (const auto& reason : {std::string(), std::string("  "), std::string(501, 'x'), std::string("a\nb")}) {
    const Error error = error_of([&] { holds_.place(tenant_, reason, admin_); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("reason: "));
  }
  EXPECT_THAT(error_of([&] { holds_.list({.limit = 0}); }).what(), HasSubstr("limit: "));
  for (const auto* cursor : {"x", "-1", "1x", ""}) {
    EXPECT_THAT(error_of([&] { holds_.list({.cursor = cursor}); }).what(), HasSubstr("cursor: "));
  }
}

// Whatever comes first, a held tenant's job never starts.
TEST_F(LegalHoldsTest, HoldAndDeletionPlacedAtOnceNeverBothGoOn) {
  for (int round = 0; round < 10; ++round) {
    const TenantId tenant = TenantId::random();
    {
      const std::jthread deleting([&] {
        try {
          jobs_.enqueue(new_job(tenant));
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::conflict);
        }
      });
      const std::jthread holding([&] { holds_.place(tenant, "dispute", admin_); });
    }
    const auto active = jobs_.find_active(tenant);
    if (active) {
      EXPECT_EQ(state_of(*active), JobState::held);
    }
    EXPECT_FALSE(jobs_.claim("me", kLease));
  }
}

}  // namespace
}  // namespace tenure::jobs
