// C9: cancel before the point of no return.
#include <thread>

#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using CancelTest = JobStoreTest;

TEST_F(CancelTest, JobThatHasNotStartedEndsAtOnce) {
  NewJob scheduled = new_job();
  scheduled.run_at = std::chrono::system_clock::now() + kHour;
  NewJob unapproved = new_job();
  unapproved.needs_approval = true;
  for (const auto& wanted : {scheduled, unapproved, new_job()}) {
    const JobId job = jobs_.enqueue(wanted);
    EXPECT_EQ(control_.cancel(job, admin_), Cancellation::cancelled);
    EXPECT_EQ(state_of(job), JobState::cancelled);
    EXPECT_TRUE(jobs_.get(job).completed_at);
    EXPECT_FALSE(jobs_.find_active(wanted.subject));
  }
  EXPECT_FALSE(jobs_.claim("me", kLease));
}

TEST_F(CancelTest, RunningJobOfWhichNothingIsDeletedEndsAtOnceAndItsWorkerIsRefused) {
  const Lease lease = leased();
  EXPECT_EQ(control_.cancel(lease.job, admin_), Cancellation::cancelled);
  expect_conflict([&] { jobs_.begin_step(lease, "orders", 1); }, "another owner");
  expect_conflict([&] { jobs_.checkpoint(lease); }, "another owner");
  EXPECT_EQ(jobs_.get(lease.job).steps[0].state, StepState::pending);
}

TEST_F(CancelTest, RunningJobWithAnArchiveIsAskedToTakeItBack) {
  const Lease lease = begun();
  EXPECT_FALSE(jobs_.checkpoint(lease).is_cancel_requested);
  EXPECT_EQ(control_.cancel(lease.job, admin_), Cancellation::compensation_requested);
  EXPECT_TRUE(jobs_.checkpoint(lease).is_cancel_requested);
  EXPECT_EQ(jobs_.get(lease.job).cancel_requested->by, to_string(admin_));
  EXPECT_EQ(state_of(lease.job), JobState::running);
}

TEST_F(CancelTest, JobWhoseCancellationWasAskedForNeverCompletes) {
  const Lease lease = begun();
  jobs_.advance(lease, JobState::running, JobState::verifying);
  control_.cancel(lease.job, admin_);
  expect_conflict([&] { jobs_.finish(lease, JobState::verifying, JobState::completed, {}); },
                  "a cancellation was asked for");
  const Lease back = jobs_.begin_compensation(lease, JobState::verifying, "cancelled");
  jobs_.finish(back, JobState::compensating, JobState::rolled_back, {});
  EXPECT_EQ(way_of(lease.job), "pending running verifying compensating rolled_back");
}

TEST_F(CancelTest, RunningJobWithoutAnArchiveIsNotCancelled) {
  const Lease lease = begun(new_job());
  expect_conflict([&] { control_.cancel(lease.job, admin_); }, "there is no archive");
  EXPECT_FALSE(jobs_.checkpoint(lease).is_cancel_requested);
}

// A step that fails without having deleted anything has deleted nothing.
TEST_F(CancelTest, FailedStepWithoutRowsIsNothingDeleted) {
  const Lease lease = leased();
  jobs_.begin_step(lease, "orders", 1);
  Step step{.service = "orders", .state = StepState::failed, .errors = {"refused"}};
  jobs_.finish_step(lease, step);
  EXPECT_EQ(control_.cancel(lease.job, admin_), Cancellation::cancelled);
}

TEST_F(CancelTest, StepWithoutAnAnswerMayHaveDeleted) {
  const Lease lease = leased();
  jobs_.begin_step(lease, "orders", 1);
  expect_conflict([&] { control_.cancel(lease.job, admin_); }, "there is no archive");
  Step step{.service = "orders", .state = StepState::unknown, .errors = {"no answer"}};
  jobs_.finish_step(lease, step);
  expect_conflict([&] { control_.cancel(lease.job, admin_); }, "there is no archive");
}

TEST_F(CancelTest, HandedOverTenantsAreNotTakenBackSilently) {
  const Lease lease = leased({.subject = UserId::random(), .services = {"orders"}});
  jobs_.put_owned_tenant(lease, {.tenant = TenantId::random(), .new_owner = UserId::random()});
  expect_conflict([&] { control_.cancel(lease.job, admin_); }, "there is no archive");
}

TEST_F(CancelTest, ParkedJobIsTakenBackWithoutWaiting) {
  const Lease lease = begun();
  jobs_.park(lease, kHour);
  control_.cancel(lease.job, admin_);
  const auto taken = jobs_.claim("me", kLease);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(jobs_.checkpoint(*taken).is_cancel_requested);
}

TEST_F(CancelTest, HeldJobEndsOrIsTakenBack) {
  const TenantId untouched = TenantId::random();
  const JobId waiting = jobs_.enqueue(new_job(untouched));
  holds_.place(untouched, "dispute", admin_);
  EXPECT_EQ(control_.cancel(waiting, admin_), Cancellation::cancelled);

  const TenantId tenant = TenantId::random();
  const Lease lease = begun(archived_job(tenant));
  holds_.place(tenant, "dispute", admin_);
  ASSERT_TRUE(jobs_.hold_running(lease, JobState::running));
  EXPECT_EQ(control_.cancel(lease.job, admin_), Cancellation::compensation_requested);
  // It deletes nothing, so the hold does not stop it.
  EXPECT_EQ(jobs_.claim("me", kLease)->job, lease.job);
  EXPECT_EQ(state_of(lease.job), JobState::compensating);
}

TEST_F(CancelTest, AskingTwiceIsHarmless) {
  const JobId waiting = jobs_.enqueue(new_job());
  control_.cancel(waiting, admin_);
  EXPECT_EQ(control_.cancel(waiting, admin_), Cancellation::cancelled);
  const Lease lease = begun();
  control_.cancel(lease.job, admin_);
  EXPECT_EQ(control_.cancel(lease.job, Actor::command()), Cancellation::compensation_requested);
  EXPECT_EQ(jobs_.get(lease.job).cancel_requested->by, to_string(admin_));
  jobs_.begin_compensation(lease, JobState::running, "cancelled");
  EXPECT_EQ(control_.cancel(lease.job, admin_), Cancellation::compensation_requested);
}

TEST_F(CancelTest, JobThatHasEndedIsNotCancelled) {
  expect_conflict([&] { control_.cancel(completed().job, admin_); }, "is completed: it has ended");
  expect_conflict([&] { control_.cancel(failed().job, admin_); }, "is failed: it has ended");
  EXPECT_EQ(error_of([&] { control_.cancel(JobId::random(), admin_); }).code(), ErrorCode::not_found);
}

// Whoever is told "cancelled" finds nothing deleted afterwards, however close a step was.
TEST_F(CancelTest, CancellationAndTheFirstStepNeverBothSucceed) {
  for (int round = 0; round < 20; ++round) {
    const Lease lease = leased();
    bool has_begun = false;
    bool was_cancelled = false;
    {
      const std::jthread worker([&] {
        try {
          jobs_.begin_step(lease, "orders", 1);
          has_begun = true;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::conflict);
        }
      });
      const std::jthread operator_thread([&] {
        try {
          was_cancelled = control_.cancel(lease.job, admin_) == Cancellation::cancelled;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::conflict);
        }
      });
    }
    EXPECT_NE(has_begun, was_cancelled);
  }
}

}  // namespace
}  // namespace tenure::jobs
