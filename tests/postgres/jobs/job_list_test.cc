#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using ::testing::HasSubstr;

using JobListTest = JobStoreTest;

// C4: stable order, filters, cursor.
TEST_F(JobListTest, PagesHoldEveryJobOnceNewestFirst) {
  std::vector<JobId> added;
  for (int at = 0; at < 7; ++at) added.push_back(jobs_.enqueue(new_job()));
  // Some of the same instant, so that the id decides.
  db_.run("update tenure.deletion_jobs set created_at = date_trunc('second', created_at)");
  const auto whole = jobs_.list({}).jobs;
  ASSERT_EQ(whole.size(), 7U);
  std::vector<JobId> paged;
  JobFilter filter{.limit = 3};
  for (;;) {
    const auto page = jobs_.list(filter);
    for (const auto& job : page.jobs) paged.push_back(job.id);
    if (paged.size() == 3) jobs_.enqueue(new_job());  // a newer one does not shift the pages
    if (page.next.empty()) break;
    filter.cursor = page.next;
  }
  ASSERT_EQ(paged.size(), 7U);
  for (std::size_t at = 0; at < paged.size(); ++at) EXPECT_EQ(paged[at], whole[at].id);
}

TEST_F(JobListTest, PageThatEndsExactlyHasNoNext) {
  for (int at = 0; at < 2; ++at) jobs_.enqueue(new_job());
  EXPECT_TRUE(jobs_.list({.limit = 2}).next.empty());
}

TEST_F(JobListTest, ListIsFilteredByTenantAndStatus) {
  const TenantId tenant = TenantId::random();
  const JobId mine = jobs_.enqueue(new_job(tenant));
  const Lease other = leased();
  const auto of_tenant = jobs_.list({.tenant = tenant, .limit = 100}).jobs;
  ASSERT_EQ(of_tenant.size(), 1U);
  EXPECT_EQ(of_tenant[0].id, mine);
  EXPECT_EQ(of_tenant[0].steps.size(), 2U);
  const auto running = jobs_.list({.states = {JobState::running}, .limit = 100}).jobs;
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].id, other.job);
}

TEST_F(JobListTest, ListIsFilteredByWhoOrdered) {
  const auto user = UserId::random();
  auto order = new_job();
  order.initiated_by = user;
  const auto ordered = jobs_.enqueue(order);
  jobs_.enqueue(new_job());
  const auto list = jobs_.list({.initiated_by = user}).jobs;
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list.front().id, ordered);
  EXPECT_TRUE(jobs_.list({.initiated_by = UserId::random()}).jobs.empty());
}

// Bad input
TEST_F(JobListTest, ListRefusesWrongLimitsAndCursors) {
  for (const int limit : {0, -1, 501}) {
    const Error error = error_of([&] { jobs_.list({.limit = limit}); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("limit: "));
  }
  EXPECT_THAT(error_of([&] { jobs_.list({.limit = 1, .cursor = "zzz"}); }).what(), HasSubstr("cursor: "));
}

}  // namespace
}  // namespace tenure::jobs
