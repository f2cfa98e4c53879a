#include "erasure/job_runner.h"

#include <future>
#include <latch>
#include <mutex>
#include <set>

#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;

class JobRunnerTest : public ErasureTest {
 protected:
  static Call soon() { return Call::within(std::chrono::minutes(1)); }
  static RunnerSettings settings(int jobs_at_once = 2) {
    return {.owner = "runner", .jobs_at_once = jobs_at_once, .poll = std::chrono::minutes(10)};
  }

  JobId enqueue(const TenantId& tenant = TenantId::random()) {
    return jobs_.enqueue({.subject = tenant, .services = orchestrator().steps(SubjectKind::tenant)});
  }
};

// C1: a job that was announced runs at once, without waiting for a poll.
TEST_F(JobRunnerTest, RunsWhatIsEnqueuedAndAnnounced) {
  add("orders", {.rows = {{"orders", 3}}});
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings());
  runner.start();
  const JobId job = enqueue();
  runner.wake();
  EXPECT_EQ(runner.wait_for_end(job, soon()).total_items_deleted, 3);
}

// C5: a job that nobody announced, or whose owner died, is found by looking.
TEST_F(JobRunnerTest, FindsOrphansByItself) {
  add("orders", {.rows = {{"orders", 3}}});
  const auto orphan = jobs_.enqueue_leased(new_job(), "dead", Milliseconds(0));
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, {.owner = "runner", .jobs_at_once = 1, .poll = Milliseconds(20)});
  runner.start();
  EXPECT_EQ(runner.wait_for_end(orphan.job, soon()).state, JobState::completed);
}

TEST_F(JobRunnerTest, RunsSeveralJobsAtOnce) {
  const auto both_called = std::make_shared<std::latch>(2);
  add("orders", {.before_erase = [both_called] { both_called->arrive_and_wait(); }});
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings(2));
  const JobId first = enqueue();
  const JobId second = enqueue();
  runner.start();
  EXPECT_EQ(runner.wait_for_end(first, soon()).state, JobState::completed);
  EXPECT_EQ(runner.wait_for_end(second, soon()).state, JobState::completed);
}

// C5: several orchestrators on one control database.
TEST_F(JobRunnerTest, TwoRunnersNeverRunTheSameJob) {
  std::mutex mutex;
  std::multiset<std::string> begun;
  add("orders", {});
  Orchestrator runs = orchestrator();
  const RunnerHooks hooks{.on_event =
                              [&](const ErasureEvent& event) {
                                if (event.job_state != JobState::verifying || !event.service.empty()) return;
                                const std::lock_guard lock(mutex);
                                begun.insert(event.job.str());
                              },
                          .on_error = [](const std::string& what) { ADD_FAILURE() << what; }};
  std::vector<JobId> added;
  for (int at = 0; at < 10; ++at) added.push_back(enqueue());
  {
    const RunnerSettings polling{.owner = "runner", .jobs_at_once = 2, .poll = Milliseconds(20)};
    JobRunner one(jobs_, runs, polling, hooks);
    JobRunner other(jobs_, runs, polling, hooks);
    one.start();
    other.start();
    for (const auto& job : added) one.wait_for_end(job, Call::within(std::chrono::minutes(1)));
  }
  EXPECT_EQ(begun.size(), added.size());
  EXPECT_EQ(std::set<std::string>(begun.begin(), begun.end()).size(), added.size());
}

// Graceful stop: what runs may end.
TEST_F(JobRunnerTest, StopLetsRunningJobsEnd) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .hangs = true});
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings());
  const JobId job = enqueue();
  runner.start();
  orders.wait_until_asked();
  std::jthread ends([&] { orders.recover(); });
  runner.stop(std::chrono::minutes(1));
  runner.stop(Milliseconds(0));
  EXPECT_EQ(jobs_.get(job).state, JobState::completed);
}

// Graceful stop: what does not end in time is given back.
TEST_F(JobRunnerTest, StopGivesBackWhatDoesNotEndInTime) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .hangs = true});
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings());
  const JobId job = enqueue();
  runner.start();
  orders.wait_until_asked();
  runner.stop(Milliseconds(0));
  EXPECT_EQ(jobs_.get(job).state, JobState::running);
  EXPECT_EQ(db_.value("select coalesce(lease_owner, 'nobody') from tenure.deletion_jobs"), "nobody");
}

TEST_F(JobRunnerTest, WaitingForAJobEndsAtTheDeadline) {
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings());
  const JobId job = enqueue();
  try {
    runner.wait_for_end(job, Call::within(Milliseconds(10)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::timeout);
  }
}

// C5: the control database is away for a while; the runner says so and goes on.
TEST_F(JobRunnerTest, ReportsWhatItCouldNotDo) {
  std::promise<std::string> reported;
  std::once_flag once;
  db_.run("alter table tenure.deletion_jobs rename to elsewhere");
  Orchestrator runs = orchestrator();
  JobRunner runner(jobs_, runs, settings(1), {.on_event = {}, .on_error = [&](const std::string& what) {
                                                std::call_once(once, [&] { reported.set_value(what); });
                                              }});
  runner.start();
  EXPECT_THAT(reported.get_future().get(), ::testing::HasSubstr("deletion_jobs"));
}

}  // namespace
}  // namespace tenure::erasure
