// C7: when the retention ends the data key is destroyed, and that is the point of no return.
#include "tests/postgres/jobs/job_store_test.h"

namespace tenure::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeptArchivesTest : public JobStoreTest {
 protected:
  void let_retention_pass() const {
    db_.run("update tenure.deletion_jobs set shred_after = now() - interval '1 second' where shred_after is not null");
  }
};

TEST_F(KeptArchivesTest, ArchiveIsDueWhenItsRetentionIsOver) {
  const Lease lease = completed();
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(std::chrono::duration_cast<std::chrono::minutes>(*job.shred_after - *job.completed_at).count(), 60);
  EXPECT_THAT(archives_.due(10), IsEmpty());
  let_retention_pass();
  EXPECT_THAT(archives_.due(10), ElementsAre(lease.job));
}

TEST_F(KeptArchivesTest, KeyGoesFirstThenTheFilesAndBothOnce) {
  const Lease lease = completed();
  let_retention_pass();
  EXPECT_TRUE(archives_.destroy_key(lease.job));
  const auto job = jobs_.get(lease.job);
  EXPECT_FALSE(job.archive_key);
  EXPECT_TRUE(job.archive_shredded_at);
  // Whoever destroyed the key may have died before the files were gone.
  EXPECT_THAT(archives_.due(10), ElementsAre(lease.job));
  EXPECT_FALSE(archives_.destroy_key(lease.job));
  archives_.note_files_removed(lease.job);
  EXPECT_NO_THROW(archives_.note_files_removed(lease.job));
  EXPECT_THAT(archives_.due(10), IsEmpty());
}

TEST_F(KeptArchivesTest, FilesAreNotNotedAsGoneBeforeTheKeyIs) {
  const Lease lease = completed();
  let_retention_pass();
  archives_.note_files_removed(lease.job);
  EXPECT_THAT(archives_.due(10), ElementsAre(lease.job));
}

TEST_F(KeptArchivesTest, CancelledJobHasNothingToKeep) {
  const JobId job = jobs_.enqueue(archived_job());
  control_.cancel(job, admin_);
  EXPECT_THAT(archives_.due(10), ElementsAre(job));
}

// The rows are nowhere else.
TEST_F(KeptArchivesTest, ArchiveOfAFailedCompensationIsNeverDue) {
  const Lease back = jobs_.begin_compensation(begun(), JobState::running, "service_failed");
  jobs_.finish(back, JobState::compensating, JobState::compensation_failed, {"orders: newer row"});
  let_retention_pass();
  EXPECT_THAT(archives_.due(10), IsEmpty());
  // An operator may decide otherwise.
  EXPECT_TRUE(archives_.destroy_key(back.job));
  EXPECT_THAT(archives_.due(10), ElementsAre(back.job));
}

TEST_F(KeptArchivesTest, ArchiveOfAnOpenJobIsKept) {
  const Lease lease = begun();
  expect_conflict([&] { archives_.destroy_key(lease.job); }, "its archive is kept until it has ended");
  const Lease restored = completed();
  let_retention_pass();
  control_.restore(restored.job, admin_);
  EXPECT_THAT(archives_.due(10), IsEmpty());
  expect_conflict([&] { archives_.destroy_key(restored.job); }, "is compensating");
  EXPECT_EQ(error_of([&] { archives_.destroy_key(JobId::random()); }).code(), ErrorCode::not_found);
}

// C10
TEST_F(KeptArchivesTest, NothingOfAHeldTenantIsDestroyed) {
  const TenantId tenant = TenantId::random();
  const Lease lease = completed(archived_job(tenant));
  let_retention_pass();
  holds_.place(tenant, "dispute", admin_);
  EXPECT_THAT(archives_.due(10), IsEmpty());
  expect_conflict([&] { archives_.destroy_key(lease.job); }, "legal hold");
  holds_.release(tenant, admin_);
  EXPECT_TRUE(archives_.destroy_key(lease.job));
  // Files without a key are worthless, held or not.
  holds_.place(tenant, "dispute", admin_);
  EXPECT_THAT(archives_.due(10), ElementsAre(lease.job));
  EXPECT_FALSE(archives_.destroy_key(lease.job));
}

TEST_F(KeptArchivesTest, JobWithoutAnArchiveHasNothingToDestroy) {
  const Lease lease = completed(new_job());
  EXPECT_FALSE(jobs_.get(lease.job).shred_after);
  EXPECT_FALSE(archives_.destroy_key(lease.job));
  EXPECT_FALSE(jobs_.get(lease.job).archive_shredded_at);
}

TEST_F(KeptArchivesTest, EveryKeyIsListedOnceAndReplaced) {
  for (int at = 0; at < 5; ++at) jobs_.enqueue(archived_job());
  jobs_.enqueue(new_job());
  std::optional<JobId> after;
  int replaced = 0;
  for (;;) {
    const auto keys = archives_.keys(after, 2);
    for (const auto& [job, key] : keys) {
      EXPECT_TRUE(archives_.replace_key(job, key, "v1.k2.def"));
      EXPECT_FALSE(archives_.replace_key(job, key, "v1.k2.def"));
      ++replaced;
    }
    if (keys.size() < 2) break;
    after = keys.back().job;
  }
  EXPECT_EQ(replaced, 5);
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs where archive_key = 'v1.k2.def'"), "5");
}

}  // namespace
}  // namespace tenure::jobs
