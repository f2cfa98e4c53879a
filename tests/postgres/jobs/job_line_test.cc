// C5, C9: who gets which job when. Schedules, priorities, parking.
#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

class JobLineTest : public JobStoreTest {
 protected:
  /// Makes `column` of every job lie in the past.
  void let_pass(const std::string& column) const {
    db_.run("update tenure.deletion_jobs set " + column + " = now() - interval '1 second' where " + column +
            " is not null");
  }
  NewJob later(const TenantId& tenant = TenantId::random()) const {
    NewJob job = new_job(tenant);
    job.run_at = std::chrono::system_clock::now() + kHour;
    return job;
  }
};

TEST_F(JobLineTest, HigherPrioritiesGoFirstThenOlderJobs) {
  NewJob urgent = new_job();
  urgent.priority = 10;
  NewJob idle = new_job();
  idle.priority = -10;
  const JobId last = jobs_.enqueue(idle);
  const JobId second = jobs_.enqueue(new_job());
  const JobId third = jobs_.enqueue(new_job());
  const JobId first = jobs_.enqueue(urgent);
  for (const auto& expected : {first, second, third, last}) EXPECT_EQ(jobs_.claim("me", kLease)->job, expected);
}

TEST_F(JobLineTest, PriorityOutOfRangeIsRefused) {
  for (const int priority : {-101, 101}) {
    NewJob job = new_job();
    job.priority = priority;
    const Error error = error_of([&] { jobs_.enqueue(job); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("priority: not between -100 and 100"));
  }
}

TEST_F(JobLineTest, ScheduledJobIsClaimedOnceItsTimeHasCome) {
  const JobId job = jobs_.enqueue(later());
  EXPECT_EQ(state_of(job), JobState::scheduled);
  EXPECT_FALSE(jobs_.claim("me", kLease));
  EXPECT_FALSE(jobs_.claim(job, "me", kLease));
  let_pass("run_at");
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
  EXPECT_EQ(way_of(job), "scheduled pending running");
}

TEST_F(JobLineTest, TimeThatHasPassedMeansNow) {
  NewJob job = new_job();
  job.run_at = std::chrono::system_clock::now() - kHour;
  EXPECT_EQ(state_of(jobs_.enqueue(job)), JobState::pending);
}

TEST_F(JobLineTest, ScheduledJobKeepsItsSubjectFromHavingAnother) {
  const TenantId tenant = TenantId::random();
  jobs_.enqueue(later(tenant));
  expect_conflict([&] { jobs_.enqueue(new_job(tenant)); }, "is being deleted already");
}

TEST_F(JobLineTest, ScheduledJobThatNeedsApprovalWaitsForItWhenDue) {
  NewJob wanted = later();
  wanted.needs_approval = true;
  const JobId job = jobs_.enqueue(wanted);
  let_pass("run_at");
  EXPECT_FALSE(jobs_.claim("me", kLease));
  EXPECT_EQ(state_of(job), JobState::awaiting_approval);
}

TEST_F(JobLineTest, ApprovalBeforeTheTimeCounts) {
  NewJob wanted = later();
  wanted.needs_approval = true;
  const JobId job = jobs_.enqueue(wanted);
  control_.approve(job, UserId::random(), "d1");
  EXPECT_EQ(state_of(job), JobState::scheduled);
  let_pass("run_at");
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
}

TEST_F(JobLineTest, JobThatHasToWaitIsNotLeasedFromTheStart) {
  NewJob unapproved = new_job();
  unapproved.needs_approval = true;
  expect_conflict([&] { leased(unapproved); }, "has to wait");
  expect_conflict([&] { leased(later()); }, "has to wait");
  EXPECT_TRUE(jobs_.list({}).jobs.empty());
}

// C6: waiting for a service that is down spends no try.
TEST_F(JobLineTest, ParkedJobIsClaimedAfterItsDelayOnly) {
  const Lease lease = begun();
  jobs_.park(lease, kHour);
  auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.attempts, 0);
  EXPECT_EQ(job.times_parked, 1);
  EXPECT_TRUE(job.not_before);
  EXPECT_FALSE(jobs_.claim("me", kLease));
  let_pass("not_before");
  const auto again = jobs_.claim("me", kLease);
  ASSERT_TRUE(again);
  EXPECT_GT(again->epoch, lease.epoch);
  EXPECT_FALSE(jobs_.get(lease.job).not_before);
  jobs_.park(*again, kHour);
  EXPECT_EQ(jobs_.get(lease.job).times_parked, 2);
}

TEST_F(JobLineTest, TimesParkedAreThoseInOneState) {
  const Lease lease = begun();
  jobs_.park(lease, Milliseconds(0));
  const Lease again = jobs_.claim("me", kLease).value();
  jobs_.advance(again, JobState::running, JobState::verifying);
  EXPECT_EQ(jobs_.get(lease.job).times_parked, 0);
}

// C5: a change that was made, but whose answer was lost, is not taken for another owner's.
TEST_F(JobLineTest, ParkingTwiceIsRightTheSecondTime) {
  const Lease lease = begun();
  jobs_.park(lease, kHour);
  EXPECT_NO_THROW(jobs_.park(lease, kHour));
  EXPECT_EQ(jobs_.get(lease.job).times_parked, 1);
}

TEST_F(JobLineTest, FormerOwnerCannotPark) {
  const Lease former = leased(kNoLease);
  ASSERT_TRUE(jobs_.claim("other", kLease));
  expect_conflict([&] { jobs_.park(former, kHour); }, "another owner");
}

TEST_F(JobLineTest, OperatorEndsTheWaitOfAParkedJob) {
  const Lease lease = begun();
  jobs_.park(lease, kHour);
  control_.retry(lease.job, admin_);
  EXPECT_EQ(jobs_.claim("me", kLease)->job, lease.job);
}

TEST_F(JobLineTest, RescheduledJobHasItsNewTimeAndPriority) {
  const JobId job = jobs_.enqueue(later());
  const auto tomorrow = std::chrono::system_clock::now() + 24 * kHour;
  control_.reschedule(job, {.run_at = tomorrow, .priority = 7});
  const auto changed = jobs_.get(job);
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::seconds>(*changed.run_at - tomorrow).count(), 0);
  EXPECT_EQ(changed.priority, 7);
  control_.reschedule(job, {.run_at = std::chrono::system_clock::now() - kHour});
  EXPECT_EQ(jobs_.claim("me", kLease)->job, job);
}

TEST_F(JobLineTest, OnlyAScheduledJobHasATimeToChange) {
  const JobId job = jobs_.enqueue(new_job());
  const auto now = std::chrono::system_clock::now();
  expect_conflict([&] { control_.reschedule(job, {.run_at = now}); }, "is pending: only a scheduled job");
  EXPECT_NO_THROW(control_.reschedule(job, {.priority = 5}));
  expect_conflict([&] { control_.reschedule(completed().job, {.priority = 5}); }, "is completed: it has ended");
  EXPECT_EQ(error_of([&] { control_.reschedule(job, {}); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { control_.reschedule(job, {.priority = 101}); }).code(), ErrorCode::invalid_argument);
}

// The line is found by its index, however long it is.
TEST_F(JobLineTest, ClaimUsesItsIndex) {
  db_.run(
      "insert into tenure.deletion_jobs (tenant_id, status, started_at, completed_at, lease_epoch) "
      "select gen_random_uuid(), 'completed', now(), now(), 1 from generate_series(1, 5000); "
      "insert into tenure.deletion_jobs (tenant_id) select gen_random_uuid() from generate_series(1, 300); "
      "analyze tenure.deletion_jobs");
  const auto plan = db_.value(
      "explain (format json) select id from tenure.deletion_jobs as job "
      "where status in ('pending', 'running', 'verifying', 'compensating') "
      "and (lease_until is null or lease_until < clock_timestamp()) order by priority desc, created_at, id limit 1");
  EXPECT_THAT(plan, ::testing::HasSubstr("deletion_jobs_line_idx"));
  EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("Sort")));
}

}  // namespace
}  // namespace tenure::jobs
