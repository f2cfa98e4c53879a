// C3, E6: every change of a job's state leaves exactly one row and is told once, in its own transaction.
#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using JobHistoryTest = JobStoreTest;

TEST_F(JobHistoryTest, ChangesAreNumberedAndSayWhoAndWhy) {
  NewJob wanted = archived_job();
  wanted.initiated_by = UserId::random();
  const JobId job = jobs_.enqueue(wanted);
  const Lease lease = jobs_.claim("serve/1", kLease).value();
  jobs_.begin_step(lease, "orders", 1);
  control_.cancel(job, admin_);
  const Lease back = jobs_.begin_compensation(lease, JobState::running, "cancelled");
  jobs_.finish(back, JobState::compensating, JobState::rolled_back, {});
  const auto changes = jobs_.transitions(job);
  ASSERT_EQ(changes.size(), 4U);
  const Actor worker{ActorKind::worker, "serve/1"};
  const std::vector<std::tuple<std::optional<JobState>, JobState, std::int64_t, Actor, std::string>> expected{
      {std::nullopt, JobState::pending, 0, Actor::user(*wanted.initiated_by), "enqueued"},
      {JobState::pending, JobState::running, 1, worker, "claimed"},
      {JobState::running, JobState::compensating, 2, worker, "cancelled"},
      {JobState::compensating, JobState::rolled_back, 2, worker, "everything_restored"},
  };
  for (std::size_t at = 0; at < expected.size(); ++at) {
    EXPECT_EQ(changes[at].number, static_cast<int>(at) + 1);
    EXPECT_EQ(std::tie(changes[at].from, changes[at].to, changes[at].epoch, changes[at].by, changes[at].reason),
              std::tie(std::get<0>(expected[at]), std::get<1>(expected[at]), std::get<2>(expected[at]),
                       std::get<3>(expected[at]), std::get<4>(expected[at])));
  }
}

TEST_F(JobHistoryTest, EveryRowIsToldOnce) {
  completed();
  failed();
  control_.cancel(jobs_.enqueue(new_job()), admin_);
  const TenantId tenant = TenantId::random();
  jobs_.enqueue(new_job(tenant));
  holds_.place(tenant, "dispute", admin_);
  holds_.release(tenant, admin_);
  const auto all = told();
  EXPECT_EQ(db_.value("select count(*) from tenure.job_transitions"), std::to_string(all.size()));
  for (const auto& change : all) {
    EXPECT_EQ(jobs_.transitions(change.job)[static_cast<std::size_t>(change.number) - 1].to, change.to);
  }
}

TEST_F(JobHistoryTest, RowsFormAnUnbrokenChainToTheJobsState) {
  completed();
  control_.retry(failed().job, admin_);
  control_.restore(completed().job, admin_);
  EXPECT_EQ(db_.value("select count(*) from tenure.job_transitions as this left join tenure.job_transitions as former "
                      "on former.job_id = this.job_id and former.number = this.number - 1 "
                      "where this.from_status is distinct from former.to_status"),
            "0");
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs as job where status <> "
                      "(select to_status from tenure.job_transitions where job_id = job.id and number = transitions)"),
            "0");
}

// There is never one without the other.
TEST_F(JobHistoryTest, HookThatThrowsUndoesTheChange) {
  JobStore untold(pool_, [](pg::Transaction&, const Transition&) { throw Error(ErrorCode::internal, "no"); });
  EXPECT_EQ(error_of([&] { untold.enqueue(new_job()); }).code(), ErrorCode::internal);
  EXPECT_TRUE(jobs_.list({}).jobs.empty());
  const Lease lease = leased();
  EXPECT_EQ(error_of([&] { untold.advance(lease, JobState::running, JobState::verifying); }).code(),
            ErrorCode::internal);
  EXPECT_EQ(state_of(lease.job), JobState::running);
  EXPECT_EQ(way_of(lease.job), "pending running");
}

TEST_F(JobHistoryTest, TakingAJobOverIsNoChangeOfState) {
  const Lease dead = leased(kNoLease);
  ASSERT_TRUE(jobs_.claim("other", kLease));
  EXPECT_EQ(way_of(dead.job), "pending running");
}

TEST_F(JobHistoryTest, RowsAreNeverChanged) {
  completed();
  for (const auto* statement : {"update tenure.job_transitions set reason = 'x'", "delete from tenure.job_transitions",
                                "truncate tenure.job_transitions", "truncate tenure.deletion_jobs cascade"}) {
    EXPECT_EQ(error_of([&] { db_.run(statement); }).sqlstate(), "P0001") << statement;
  }
}

TEST_F(JobHistoryTest, UnknownJobHasNone) {
  EXPECT_EQ(error_of([&] { jobs_.transitions(JobId::random()); }).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace tenure::jobs
