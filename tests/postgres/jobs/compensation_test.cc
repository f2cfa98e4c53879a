// C5, C7: taking a deletion back, by the worker or by an operator.
#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using ::testing::ElementsAre;

using CompensationTest = JobStoreTest;

TEST_F(CompensationTest, WorkerGoesOnWithTheNextEpochAndTheOldOneIsOver) {
  const Lease lease = begun();
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "service_failed", {"tenant: no"});
  EXPECT_EQ(back.epoch, lease.epoch + 1);
  EXPECT_THAT(jobs_.get(lease.job).error_log, ElementsAre("tenant: no"));
  expect_conflict([&] { jobs_.begin_step(lease, "tenant", 1); }, "another owner");
  EXPECT_NO_THROW(jobs_.heartbeat(back, kLease));
  EXPECT_FALSE(jobs_.claim("other", kLease));
}

TEST_F(CompensationTest, RestoredStepsDoNotCountAsDeleted) {
  const Lease lease = begun();
  EXPECT_EQ(jobs_.get(lease.job).total_items_deleted, 3);
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "service_failed", {"tenant: no"});
  Step restored = done("orders", {{"orders", 3}});
  restored.state = StepState::compensated;
  jobs_.finish_step(back, restored);
  jobs_.finish_step(back, {.service = "tenant", .state = StepState::skipped});
  jobs_.finish(back, JobState::compensating, JobState::rolled_back, {});
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.state, JobState::rolled_back);
  EXPECT_EQ(job.total_items_deleted, 0);
  EXPECT_EQ(job.steps[0].state, StepState::compensated);
  EXPECT_EQ(job.steps[0].deleted_counts, (Counts{{"orders", 3}}));
  EXPECT_EQ(job.steps[1].state, StepState::skipped);
  EXPECT_FALSE(jobs_.find_active(job.subject));
}

TEST_F(CompensationTest, StepSaysWhyItCouldNotBeTakenBack) {
  const Lease back = jobs_.begin_compensation(begun(), JobState::running, "service_failed", {"tenant: no"});
  Step stuck = done("orders", {{"orders", 3}});
  stuck.errors = {"a newer row is in the way"};
  EXPECT_NO_THROW(jobs_.finish_step(back, stuck));
  EXPECT_THAT(jobs_.get(back.job).steps[0].errors, ElementsAre("a newer row is in the way"));
}

TEST_F(CompensationTest, LostAnswerIsNotTakenForAnotherOwner) {
  const Lease lease = begun();
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "service_failed");
  EXPECT_EQ(jobs_.begin_compensation(lease, JobState::running, "service_failed").epoch, back.epoch);
  EXPECT_EQ(way_of(lease.job), "pending running compensating");
}

TEST_F(CompensationTest, FormerOwnerCannotTakeBack) {
  const Lease former = leased(archived_job(), kNoLease);
  const Lease current = jobs_.claim("other", kNoLease).value();
  expect_conflict([&] { jobs_.begin_compensation(former, JobState::running, "late"); }, "another owner");
  ASSERT_TRUE(jobs_.claim("third", kLease));
  expect_conflict([&] { jobs_.begin_compensation(current, JobState::running, "late"); }, "another owner");
}

TEST_F(CompensationTest, WithoutAnArchiveThereIsNothingToComeBackFrom) {
  const Lease lease = begun(new_job());
  expect_conflict([&] { jobs_.begin_compensation(lease, JobState::running, "service_failed"); }, "no archive");
  EXPECT_EQ(state_of(lease.job), JobState::running);
}

TEST_F(CompensationTest, OrphanedCompensationIsTakenOver) {
  const NewJob job = archived_job();
  const Lease lease = leased(job, kNoLease);
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "service_failed");
  const auto taken = jobs_.claim("other", kLease);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->epoch, back.epoch + 1);
  EXPECT_EQ(state_of(lease.job), JobState::compensating);
}

TEST_F(CompensationTest, FailedCompensationKeepsItsArchiveAndIsRetriedByAnOperator) {
  const Lease back = jobs_.begin_compensation(begun(), JobState::running, "service_failed");
  jobs_.finish(back, JobState::compensating, JobState::compensation_failed, {"orders: a newer row is in the way"});
  EXPECT_FALSE(jobs_.get(back.job).shred_after);
  EXPECT_FALSE(jobs_.claim("me", kLease));
  control_.retry(back.job, admin_);
  const auto again = jobs_.claim("me", kLease);
  ASSERT_TRUE(again);
  EXPECT_GT(again->epoch, back.epoch);
  jobs_.finish(*again, JobState::compensating, JobState::rolled_back, {});
  EXPECT_TRUE(jobs_.get(back.job).shred_after);
}

TEST_F(CompensationTest, FailedJobIsRetriedFromWhereItStands) {
  const Lease lease = failed();
  control_.retry(lease.job, admin_);
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.state, JobState::pending);
  EXPECT_FALSE(job.completed_at);
  EXPECT_FALSE(job.shred_after);
  EXPECT_EQ(job.steps[0].state, StepState::done);
  EXPECT_THAT(job.error_log, ElementsAre("tenant: no"));
  const auto again = jobs_.claim("me", kLease);
  ASSERT_TRUE(again);
  EXPECT_GT(again->epoch, lease.epoch);
}

TEST_F(CompensationTest, WhatFailedIsToBeDoneAgainInAJobThatIsRetried) {
  const Lease lease = leased(archived_job());
  const auto before = jobs_.get(lease.job);
  ASSERT_GE(before.steps.size(), 2U);
  for (const auto at : {0U, 1U}) {
    jobs_.begin_step(lease, before.steps[at].service, 1);
    // Of the second one, rows were counted and not gone: its round has a receipt.
    if (at == 1) jobs_.note_verification(lease, before.steps[at].service, {.rows_left = {{"orders", 1}}});
    Step step{.service = before.steps[at].service, .state = StepState::failed};
    step.errors = {"no"};
    step.failures = 3;
    jobs_.finish_step(lease, step);
  }
  jobs_.finish(lease, JobState::running, JobState::failed, {"no"});
  control_.retry(lease.job, admin_);
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.steps[0].state, StepState::unknown);
  EXPECT_EQ(job.steps[0].round, 1);
  EXPECT_EQ(job.steps[0].failures, 0);
  EXPECT_EQ(job.steps[1].state, StepState::unknown);
  EXPECT_EQ(job.steps[1].round, 2);
}

// An epoch only ever grows for a subject, whichever of its jobs goes on.
TEST_F(CompensationTest, RetriedJobHasAHigherEpochThanThoseSince) {
  const TenantId tenant = TenantId::random();
  const Lease first = failed(archived_job(tenant));
  for (int at = 0; at < 3; ++at) failed(archived_job(tenant));
  const Lease last = failed(archived_job(tenant));
  control_.retry(first.job, admin_);
  EXPECT_GT(jobs_.claim("me", kLease)->epoch, last.epoch);
}

TEST_F(CompensationTest, RetryIsRefusedBesideAnotherJobOfTheSubject) {
  const TenantId tenant = TenantId::random();
  const Lease first = failed(archived_job(tenant));
  const JobId second = jobs_.enqueue(new_job(tenant));
  expect_conflict([&] { control_.retry(first.job, admin_); }, second.str());
}

TEST_F(CompensationTest, OnlyWhatFailedIsRetried) {
  expect_conflict([&] { control_.retry(jobs_.enqueue(new_job()), admin_); }, "is pending: there is nothing to retry");
  expect_conflict([&] { control_.retry(completed().job, admin_); }, "is completed: there is nothing to retry");
  EXPECT_EQ(error_of([&] { control_.retry(JobId::random(), admin_); }).code(), ErrorCode::not_found);
}

TEST_F(CompensationTest, CompletedJobIsRestoredWithinItsRetention) {
  const Lease lease = completed();
  control_.restore(lease.job, admin_);
  const auto again = jobs_.claim("me", kLease);
  ASSERT_TRUE(again);
  EXPECT_GT(again->epoch, lease.epoch);
  EXPECT_EQ(way_of(lease.job), "pending running verifying completed compensating");
}

TEST_F(CompensationTest, WhatCannotComeBackIsNotRestored) {
  expect_conflict([&] { control_.restore(completed(new_job()).job, admin_); }, "it has no archive");
  const Lease shredded = completed();
  archives_.destroy_key(shredded.job);
  expect_conflict([&] { control_.restore(shredded.job, admin_); }, "its archive has been destroyed");
  expect_conflict([&] { control_.restore(failed().job, admin_); }, "only a completed deletion is restored");
  const TenantId tenant = TenantId::random();
  const Lease busy = completed(archived_job(tenant));
  const JobId open = jobs_.enqueue(new_job(tenant));
  expect_conflict([&] { control_.restore(busy.job, admin_); }, open.str());
}

TEST_F(CompensationTest, FailedJobWhoseArchiveIsDestroyedIsNotRetried) {
  const Lease lease = failed();
  archives_.destroy_key(lease.job);
  expect_conflict([&] { control_.retry(lease.job, admin_); }, "its archive has been destroyed");
}

}  // namespace
}  // namespace tenure::jobs
