#include "erasure/archive_sweep.h"

#include <condition_variable>
#include <mutex>

#include "tests/postgres/erasure/erasure_test.h"
#include "tests/support/temporary_folder.h"

// C7: archives are destroyed when their retention ends, the key first, and whoever dies in between is made up for.
namespace tenure::erasure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ArchiveSweepTest : public ErasureTest {
 protected:
  /// A completed job with a file in the vault, whose retention has ended where `is_due`.
  JobId archived(bool is_due = true, const TenantId& tenant = TenantId::random()) {
    const auto lease = jobs_.enqueue_leased({.subject = tenant,
                                             .services = {"orders"},
                                             .archive_key = "v1.k1.abc",
                                             .retention = std::chrono::hours(is_due ? 0 : 1)},
                                            "me", kLease);
    jobs_.advance(lease, jobs::JobState::running, jobs::JobState::verifying);
    jobs_.finish(lease, jobs::JobState::verifying, jobs::JobState::completed, {});
    folder_.write("vault/" + lease.job.str() + "/orders.archive");
    return lease.job;
  }
  bool has_files(const JobId& job) const { return folder_.has("vault/" + job.str()); }
  bool has_key(const JobId& job) { return jobs_.get(job).archive_key.has_value(); }

  const test::TemporaryFolder folder_;
  const archive::Vault vault_{folder_ / "vault", archive::KeyRing::parse(archive::KeyRing::generate("k1"))};
  jobs::KeptArchives kept_{pool_};
  ArchiveSweep sweep_{kept_, vault_};
};

TEST_F(ArchiveSweepTest, DestroysWhatIsDueAndNothingElse) {
  const auto due = archived();
  const auto kept = archived(false);
  const auto outcome = sweep_.sweep();
  EXPECT_THAT(outcome.shredded, ElementsAre(due));
  EXPECT_THAT(outcome.errors, IsEmpty());
  EXPECT_FALSE(has_key(due));
  EXPECT_FALSE(has_files(due));
  EXPECT_TRUE(has_key(kept));
  EXPECT_TRUE(has_files(kept));
  EXPECT_THAT(sweep_.sweep().shredded, IsEmpty());
}

TEST_F(ArchiveSweepTest, RemovesFilesWhoseKeyWasDestroyedBySomebodyWhoDied) {
  const auto job = archived();
  kept_.destroy_key(job);
  ASSERT_TRUE(has_files(job));
  EXPECT_THAT(sweep_.sweep().shredded, ElementsAre(job));
  EXPECT_FALSE(has_files(job));
}

// A folder that is not mounted now is no reason to forget the files, nor to keep the key.
TEST_F(ArchiveSweepTest, FilesThatCannotBeReachedAreTriedAgain) {
  const auto job = archived();
  std::filesystem::rename(folder_ / "vault", folder_ / "away");
  const auto outcome = sweep_.sweep();
  EXPECT_THAT(outcome.shredded, IsEmpty());
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_THAT(outcome.errors[0], HasSubstr(job.str()));
  EXPECT_FALSE(has_key(job));
  std::filesystem::rename(folder_ / "away", folder_ / "vault");
  EXPECT_THAT(sweep_.sweep().shredded, ElementsAre(job));
  EXPECT_FALSE(has_files(job));
}

TEST_F(ArchiveSweepTest, ShredsOneBeforeItsTime) {
  const auto job = archived(false);
  sweep_.shred(job);
  EXPECT_FALSE(has_key(job));
  EXPECT_FALSE(has_files(job));
  EXPECT_NO_THROW(sweep_.shred(job));
}

// C10
TEST_F(ArchiveSweepTest, NothingOfAHeldTenantIsDestroyed) {
  const auto tenant = TenantId::random();
  const auto job = archived(true, tenant);
  holds_.place(tenant, "dispute", jobs::Actor::command());
  const auto outcome = sweep_.sweep();
  EXPECT_THAT(outcome.shredded, IsEmpty());
  EXPECT_THAT(outcome.errors, IsEmpty());
  EXPECT_THROW(sweep_.shred(job), Error);
  EXPECT_TRUE(has_key(job));
  EXPECT_TRUE(has_files(job));
}

TEST_F(ArchiveSweepTest, MoreThanABatchIsDestroyedInOneSweep) {
  for (int at = 0; at < 101; ++at) {
    db_.run(
        "insert into tenure.deletion_jobs (tenant_id, status, started_at, completed_at, lease_epoch, archive_key, "
        "shred_after) values (gen_random_uuid(), 'completed', now(), now(), 1, 'v1.k1.abc', now())");
  }
  folder_.write("vault/here");
  EXPECT_EQ(sweep_.sweep().shredded.size(), 101U);
}

TEST_F(ArchiveSweepTest, SweepsByItselfAndTells) {
  const auto job = archived();
  std::mutex mutex;
  std::condition_variable told;
  std::vector<JobId> shredded;
  sweep_.start(std::chrono::minutes(10), [&](const ArchiveSweep::Outcome& outcome) {
    const std::lock_guard lock(mutex);
    shredded = outcome.shredded;
    told.notify_all();
  });
  std::unique_lock lock(mutex);
  EXPECT_TRUE(told.wait_for(lock, std::chrono::seconds(30), [&] { return !shredded.empty(); }));
  lock.unlock();
  sweep_.stop();
  EXPECT_THAT(shredded, ElementsAre(job));
}

}  // namespace
}  // namespace tenure::erasure
