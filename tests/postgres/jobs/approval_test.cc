// C10: four eyes. A second person approves what was previewed; the approval lapses when that drifts.
#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

class ApprovalTest : public JobStoreTest {
 protected:
  NewJob unapproved(const TenantId& tenant = TenantId::random()) const {
    NewJob job = new_job(tenant);
    job.needs_approval = true;
    job.initiated_by = first_;
    return job;
  }

  const UserId first_ = UserId::random();
  const UserId second_ = UserId::random();
};

TEST_F(ApprovalTest, JobWaitsUntilASecondPersonApproves) {
  const JobId job = jobs_.enqueue(unapproved());
  EXPECT_FALSE(jobs_.claim("me", kLease));
  control_.approve(job, second_, "d1");
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
  const auto approved = jobs_.get(job);
  EXPECT_EQ(approved.plan_digest, "d1");
  ASSERT_EQ(approved.approvals.size(), 1U);
  EXPECT_EQ(approved.approvals[0].approver, second_);
  EXPECT_FALSE(approved.approvals[0].lapsed_at);
  EXPECT_EQ(jobs_.transitions(job)[1].by, Actor::user(second_));
}

TEST_F(ApprovalTest, WhoeverAskedForItCannotApproveIt) {
  const JobId job = jobs_.enqueue(unapproved());
  const Error error = error_of([&] { control_.approve(job, first_, "d1"); });
  EXPECT_EQ(error.code(), ErrorCode::forbidden);
  EXPECT_EQ(state_of(job), JobState::awaiting_approval);
  EXPECT_TRUE(jobs_.get(job).approvals.empty());
}

TEST_F(ApprovalTest, ApprovalLapsesAndIsGivenAnew) {
  const JobId job = jobs_.enqueue(unapproved());
  control_.approve(job, second_, "d1");
  const Lease lease = jobs_.claim("me", kLease).value();
  jobs_.lapse_approval(lease);
  auto lapsed = jobs_.get(job);
  EXPECT_EQ(lapsed.state, JobState::awaiting_approval);
  EXPECT_FALSE(lapsed.plan_digest);
  EXPECT_FALSE(lapsed.started_at);
  EXPECT_TRUE(lapsed.approvals[0].lapsed_at);
  expect_conflict([&] { jobs_.begin_step(lease, "orders", 1); }, "another owner");
  EXPECT_FALSE(jobs_.claim("me", kLease));
  control_.approve(job, second_, "d2");
  EXPECT_EQ(jobs_.get(job).approvals.size(), 2U);
  EXPECT_GT(jobs_.claim("me", kLease)->epoch, lease.epoch);
}

TEST_F(ApprovalTest, ApprovalDoesNotLapseOnceAStepHasBegun) {
  const JobId job = jobs_.enqueue(unapproved());
  control_.approve(job, second_, "d1");
  const Lease lease = jobs_.claim("me", kLease).value();
  jobs_.begin_step(lease, "orders", 1);
  expect_conflict([&] { jobs_.lapse_approval(lease); }, "a step of the job has begun");
  EXPECT_EQ(state_of(job), JobState::running);
}

TEST_F(ApprovalTest, LaterApprovalTakesThePlaceOfAnEarlierOne) {
  NewJob wanted = unapproved();
  wanted.run_at = std::chrono::system_clock::now() + kHour;
  const JobId job = jobs_.enqueue(wanted);
  control_.approve(job, second_, "d1");
  control_.approve(job, second_, "d1");
  EXPECT_EQ(jobs_.get(job).approvals.size(), 1U);
  control_.approve(job, second_, "d2");
  const auto approved = jobs_.get(job);
  ASSERT_EQ(approved.approvals.size(), 2U);
  EXPECT_TRUE(approved.approvals[0].lapsed_at);
  EXPECT_EQ(approved.plan_digest, "d2");
}

TEST_F(ApprovalTest, OnlyAWaitingJobIsApproved) {
  expect_conflict([&] { control_.approve(jobs_.enqueue(new_job()), second_, "d1"); }, "it needs no approval");
  const JobId job = jobs_.enqueue(unapproved());
  control_.approve(job, second_, "d1");
  expect_conflict([&] { control_.approve(job, second_, "d2"); }, "is pending: there is nothing to approve");
  EXPECT_NO_THROW(control_.approve(job, second_, "d1"));
  EXPECT_EQ(error_of([&] { control_.approve(job, second_, ""); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { control_.approve(JobId::random(), second_, "d"); }).code(), ErrorCode::not_found);
}

// Four eyes are not got around by way of a hold.
TEST_F(ApprovalTest, ReleasedJobStillNeedsItsApproval) {
  const TenantId tenant = TenantId::random();
  const JobId job = jobs_.enqueue(unapproved(tenant));
  holds_.place(tenant, "dispute", admin_);
  EXPECT_EQ(state_of(job), JobState::held);
  expect_conflict([&] { control_.approve(job, second_, "d1"); }, "is held");
  holds_.release(tenant, admin_);
  EXPECT_EQ(state_of(job), JobState::awaiting_approval);
  EXPECT_FALSE(jobs_.claim("me", kLease));
}

TEST_F(ApprovalTest, ApprovedJobThatWasHeldGoesOn) {
  const TenantId tenant = TenantId::random();
  const JobId job = jobs_.enqueue(unapproved(tenant));
  control_.approve(job, second_, "d1");
  holds_.place(tenant, "dispute", admin_);
  holds_.release(tenant, admin_);
  EXPECT_EQ(state_of(job), JobState::pending);
}

}  // namespace
}  // namespace tenure::jobs
