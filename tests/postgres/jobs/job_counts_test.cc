#include "jobs/job_counts.h"

#include <gtest/gtest.h>

#include "tests/postgres/jobs/job_store_test.h"

// Spec E1: how many jobs there are by status, and for how long the one that runs has.
namespace tenure::jobs {
namespace {

class JobCountsTest : public JobStoreTest {
 protected:
  JobCounts counts() { return count_jobs(pool_, Call::within(Milliseconds(10000))); }
};

TEST_F(JobCountsTest, HaveEveryStatus) {
  const auto none = counts();
  EXPECT_EQ(none.by_state.size(), all_job_states().size());
  for (const auto& [state, count] : none.by_state) EXPECT_EQ(count, 0) << to_string(state);
  EXPECT_EQ(none.longest_running, Milliseconds(0));
}

TEST_F(JobCountsTest, TellWaitingRunningAndEndedJobsApart) {
  jobs_.enqueue(new_job());
  completed();
  leased();
  db_.run("UPDATE tenure.deletion_jobs SET started_at = now() - interval '3 days' WHERE status = 'running'");
  const auto now = counts();
  EXPECT_EQ(now.by_state.at(JobState::pending), 1);
  EXPECT_EQ(now.by_state.at(JobState::running), 1);
  EXPECT_EQ(now.by_state.at(JobState::completed), 1);
  EXPECT_LT(now.longest_running, Milliseconds(std::chrono::hours(1)))
      << "by when it last got going, not by its first start";
}

}  // namespace
}  // namespace tenure::jobs
