#include "tests/postgres/jobs/job_store_test.h"

#include <set>
#include <thread>

#include "jobs/control_session.h"

namespace tenure::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using pg::operator""_sql;

// C3: the columns of the contract, with their types.
TEST_F(JobStoreTest, TableHasTheColumnsOfTheContract) {
  EXPECT_EQ(db_.value(R"(
    select string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position)
    from (select * from information_schema.columns
          where table_schema = 'tenure' and table_name = 'deletion_jobs' order by ordinal_position limit 11) as c)"),
            "id uuid, tenant_id uuid, tenant_name character varying, initiated_by uuid, status character varying, "
            "service_results jsonb, total_items_deleted bigint, started_at timestamp with time zone, "
            "completed_at timestamp with time zone, error_log ARRAY, created_at timestamp with time zone");
  EXPECT_EQ(db_.value(R"(
    select string_agg(a.attname, ',' order by a.attname)
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = 'tenure.deletion_jobs'::regclass and i.indpred is null and i.indnatts = 1)"),
            "id,initiated_by,status,tenant_id");
}

TEST_F(JobStoreTest, SchemaIsInstalledBySeveralProcessesAtOnce) {
  const test::TestDatabase fresh;
  std::vector<std::jthread> processes;
  for (int at = 0; at < 4; ++at) {
    processes.emplace_back([&] {
      auto session = fresh.connect();
      EXPECT_NO_THROW(install_schema(session));
      EXPECT_NO_THROW(install_schema(session));
    });
  }
}

// C5: what a stopped process has locked comes free.
TEST_F(JobStoreTest, SessionThatIdlesInATransactionEnds) {
  pg::Pool control(db_.settings(), 1, session_limits());
  auto session = control.take();
  EXPECT_EQ(session->exec("SHOW idle_in_transaction_session_timeout"_sql).text(0, 0), "30s");
}

// C3
TEST_F(JobStoreTest, JobIsReadBackAsItWasEnqueued) {
  NewJob wanted = new_job();
  wanted.initiated_by = UserId::random();
  const auto job = jobs_.get(jobs_.enqueue(wanted));
  EXPECT_EQ(job.subject, wanted.subject);
  EXPECT_EQ(job.tenant_name, wanted.tenant_name);
  EXPECT_EQ(job.initiated_by, wanted.initiated_by);
  EXPECT_EQ(job.state, JobState::pending);
  EXPECT_FALSE(job.started_at);
  ASSERT_EQ(job.steps.size(), 2U);
  EXPECT_EQ(job.steps[0].service, "orders");
  EXPECT_EQ(job.steps[1].service, "tenant");
  EXPECT_EQ(job.steps[0].state, StepState::pending);
}

TEST_F(JobStoreTest, LongNameIsCutToTheColumn) {
  NewJob wanted = new_job();
  wanted.tenant_name = std::string(300, 'x');
  EXPECT_EQ(jobs_.get(jobs_.enqueue(wanted)).tenant_name->size(), 255U);
}

// C1: one job a deletion.
TEST_F(JobStoreTest, SecondJobOfATenantIsAConflictThatNamesTheFirst) {
  const TenantId tenant = TenantId::random();
  const JobId first = jobs_.enqueue(new_job(tenant));
  const Error error = error_of([&] { jobs_.enqueue(new_job(tenant)); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr(first.str()));
  EXPECT_EQ(jobs_.find_active(tenant), first);
}

TEST_F(JobStoreTest, OneOfManyJobsOfATenantAtOnceIsEnqueued) {
  const TenantId tenant = TenantId::random();
  std::atomic<int> enqueued = 0;
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 6; ++at) {
      callers.emplace_back([&] {
        try {
          jobs_.enqueue(new_job(tenant));
          ++enqueued;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::conflict);
        }
      });
    }
  }
  EXPECT_EQ(enqueued, 1);
}

// C5: one owner at a time.
TEST_F(JobStoreTest, ManyClaimersNeverGetTheSameJob) {
  constexpr int kJobs = 24;
  for (int at = 0; at < kJobs; ++at) jobs_.enqueue(new_job());
  std::mutex mutex;
  std::multiset<JobId> claimed;
  {
    std::vector<std::jthread> claimers;
    for (int at = 0; at < 4; ++at) {
      claimers.emplace_back([&, at] {
        while (const auto lease = jobs_.claim(std::to_string(at), kLease)) {
          const std::lock_guard lock(mutex);
          claimed.insert(lease->job);
        }
      });
    }
  }
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(kJobs));
  EXPECT_EQ(std::set<JobId>(claimed.begin(), claimed.end()).size(), claimed.size());
}

TEST_F(JobStoreTest, ClaimTakesTheOldestFirst) {
  const JobId first = jobs_.enqueue(new_job());
  const JobId second = jobs_.enqueue(new_job());
  EXPECT_EQ(jobs_.claim("me", kLease)->job, first);
  EXPECT_EQ(jobs_.claim("me", kLease)->job, second);
  EXPECT_FALSE(jobs_.claim("me", kLease));
}

// C5: an orphaned job is taken over, with a higher epoch.
TEST_F(JobStoreTest, JobWhoseLeaseRanOutIsClaimedAgain) {
  const Lease dead = leased(kNoLease);
  const auto taken = jobs_.claim("other", kLease);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->job, dead.job);
  EXPECT_GT(taken->epoch, dead.epoch);
  EXPECT_EQ(jobs_.get(dead.job).attempts, 2);
}

TEST_F(JobStoreTest, HeartbeatKeepsTheJob) {
  const Lease lease = leased(kNoLease);
  jobs_.heartbeat(lease, kLease);
  EXPECT_FALSE(jobs_.claim("other", kLease));
}

// C5: every later write checks the epoch.
TEST_F(JobStoreTest, FormerOwnerCanChangeNothing) {
  const Lease former = leased(kNoLease);
  const Lease current = jobs_.claim("other", kLease).value();
  jobs_.begin_step(current, "orders", 1);
  const auto rows = [&] { return db_.digest_of("tenure.deletion_jobs") + db_.digest_of("tenure.deletion_steps"); };
  const std::string before = rows();
  const std::function<void()> writes[] = {
      [&] { jobs_.heartbeat(former, kLease); },
      [&] { jobs_.release(former); },
      [&] { jobs_.begin_step(former, "orders", 2); },
      [&] {
        jobs_.finish_step(former, done("orders", {{"orders", 1}}));
      },
      [&] { jobs_.advance(former, JobState::running, JobState::verifying); },
      [&] { jobs_.finish(former, JobState::running, JobState::failed, {"x"}); },
  };
  for (const auto& write : writes) {
    const Error error = error_of(write);
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.what(), HasSubstr("the job has another owner"));
  }
  EXPECT_EQ(rows(), before);
}

TEST_F(JobStoreTest, EpochsGoOnInTheTenantsNextJob) {
  const TenantId tenant = TenantId::random();
  jobs_.enqueue_leased(new_job(tenant), "me", kNoLease);
  const Lease first = jobs_.claim("me", kLease).value();
  jobs_.finish(first, JobState::running, JobState::failed, {"orders: no"});
  EXPECT_GT(jobs_.enqueue_leased(new_job(tenant), "me", kLease).epoch, first.epoch);
}

TEST_F(JobStoreTest, ReleasedJobIsClaimedAtOnceAndSpentNoTry) {
  const Lease lease = leased();
  jobs_.release(lease);
  EXPECT_EQ(jobs_.get(lease.job).attempts, 0);
  EXPECT_EQ(jobs_.claim("other", kLease)->job, lease.job);
}

// C2, C3: the steps are summed up in the job's row.
TEST_F(JobStoreTest, StepsAreStoredAndSummedUp) {
  const Lease lease = leased();
  jobs_.begin_step(lease, "orders", 1);
  jobs_.begin_step(lease, "orders", 1);
  Step orders = done("orders", {{"orders", 3}, {"order_items", 4}});
  orders.changed_counts = {{"promotions", 1}};
  orders.duration = Milliseconds(1500);
  jobs_.finish_step(lease, orders);
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.total_items_deleted, 7);
  EXPECT_EQ(job.steps[0].attempts, 2);
  EXPECT_EQ(job.steps[0].deleted_counts, orders.deleted_counts);
  EXPECT_EQ(job.steps[0].changed_counts, orders.changed_counts);
  EXPECT_EQ(job.steps[0].duration, Milliseconds(1500));
  EXPECT_TRUE(job.steps[0].completed_at);
  EXPECT_EQ(db_.value("select service_results #>> '{orders,duration}' from tenure.deletion_jobs"), "1.5");
  EXPECT_EQ(db_.value("select service_results #>> '{tenant,status}' from tenure.deletion_jobs"), "pending");
}

// E7: whatever a service said, it is stored as text.
// E5: a report is made of it.
TEST_F(JobStoreTest, WhatAServiceFoundIsKeptUntilItIsCalledAgain) {
  const Lease lease = begun();
  EXPECT_FALSE(jobs_.get(lease.job).steps[0].verification);
  jobs_.note_verification(lease, "orders",
                          {.rows_left = {{"orders", 2}},
                           .kept_counts = {{"templates", 3}},
                           .kept_reasons = {{"templates", "shipped\nwith it"}, {"countries", "shared by all"}}});
  const auto found = jobs_.get(lease.job).steps[0].verification;
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rows_left, (Counts{{"orders", 2}}));
  EXPECT_EQ(found->kept_counts, (Counts{{"templates", 3}}));
  EXPECT_EQ(found->kept_reasons.at("templates"), "shipped with it");
  EXPECT_EQ(found->kept_reasons.at("countries"), "shared by all");
  jobs_.begin_step(lease, "orders", 2);
  EXPECT_FALSE(jobs_.get(lease.job).steps[0].verification) << "it may have changed since";
  const Lease late{lease.job, lease.epoch - 1};
  EXPECT_EQ(error_of([&] { jobs_.note_verification(late, "orders", {}); }).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { jobs_.note_verification(lease, "tenant", {}); }).code(), ErrorCode::conflict)
      << "a step that has not begun has nothing to verify";
}

TEST_F(JobStoreTest, ErrorsOfAnyBytesAreStored) {
  const Lease lease = leased();
  jobs_.begin_step(lease, "orders", 1);
  Step failed{.service = "orders", .state = StepState::failed};
  failed.errors = {"quote \" comma , brace } backslash \\", std::string("nul \0 latin \xe9", 13), "NULL"};
  jobs_.finish_step(lease, failed);
  EXPECT_THAT(jobs_.get(lease.job).steps[0].errors, ElementsAre(failed.errors[0], "nul   latin \xEF\xBF\xBD", "NULL"));
}

TEST_F(JobStoreTest, JobGoesAlongTheDiagramOnly) {
  const Lease lease = leased();
  EXPECT_EQ(error_of([&] { jobs_.advance(lease, JobState::running, JobState::completed); }).code(),
            ErrorCode::internal);
  jobs_.advance(lease, JobState::running, JobState::verifying);
  EXPECT_EQ(error_of([&] { jobs_.finish(lease, JobState::running, JobState::failed, {"x"}); }).code(),
            ErrorCode::conflict);
  jobs_.finish(lease, JobState::verifying, JobState::completed, {});
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_TRUE(job.completed_at);
  EXPECT_FALSE(jobs_.find_active(job.subject));
  EXPECT_EQ(error_of([&] { jobs_.heartbeat(lease, kLease); }).code(), ErrorCode::conflict);
}

// C5: a change that was made, but whose answer was lost, is not taken for another owner's.
TEST_F(JobStoreTest, RepeatedChangeOfStateIsRightTheSecondTime) {
  const Lease lease = leased();
  jobs_.advance(lease, JobState::running, JobState::verifying);
  EXPECT_NO_THROW(jobs_.advance(lease, JobState::running, JobState::verifying));
  jobs_.finish(lease, JobState::verifying, JobState::failed, {"x"});
  EXPECT_NO_THROW(jobs_.finish(lease, JobState::verifying, JobState::failed, {"x"}));
  EXPECT_THAT(jobs_.get(lease.job).error_log, ElementsAre("x"));
}

TEST_F(JobStoreTest, UnknownJobIsNotFound) {
  EXPECT_FALSE(jobs_.find(JobId::random()));
  EXPECT_EQ(error_of([&] { jobs_.get(JobId::random()); }).code(), ErrorCode::not_found);
}

// C5: a database connection cut.
TEST_F(JobStoreTest, WritesGoOnAfterTheirSessionsWereCut) {
  const Lease lease = leased();
  db_.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
      "and pid <> pg_backend_pid()");
  EXPECT_NO_THROW(jobs_.begin_step(lease, "orders", 1));
  EXPECT_NO_THROW(jobs_.finish_step(lease, done("orders", {{"orders", 1}})));
  EXPECT_EQ(jobs_.get(lease.job).total_items_deleted, 1);
}

}  // namespace
}  // namespace tenure::jobs
