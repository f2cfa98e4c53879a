#include <gmock/gmock.h>

#include "tests/e2e/archived_shop.h"

// C7: rows come back until the archive's key is destroyed; keys of the ring are changed without losing any.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ArchiveCommands : public ArchivedShop {
 protected:
  std::string erased(const TenantId& tenant, const std::string& name) {
    const auto job = run_json({"erase", tenant.str(), "--confirm", name});
    EXPECT_EQ(job.at("status"), "completed") << job;
    return job.at("job_id");
  }
  bool has_files(const std::string& job) const { return std::filesystem::exists(vault() / job); }

  const UserId ana_ = people().person("ana");
  const TenantId tenant_ = tenant_with_data(ana_, "Forn Vell");
};

TEST_F(ArchiveCommands, CompletedDeletionIsRestored) {
  const auto before = digest_of(tenant_);
  const auto job = erased(tenant_, "Forn Vell");
  ASSERT_EQ(data_of(tenant_), 0);
  const auto restored = run_json({"job", "restore", job, "--wait"});
  EXPECT_EQ(restored.at("status"), "rolled_back");
  EXPECT_EQ(digest_of(tenant_), before);
  EXPECT_EQ(people().as(ana_, "GET", tenant_path(tenant_)).status, 200);
}

// At night there may be no server left.
TEST_F(ArchiveCommands, CompletedDeletionIsRestoredWithoutAServer) {
  const auto before = digest_of(tenant_);
  const auto job = erased(tenant_, "Forn Vell");
  EXPECT_EQ(stop_server(), 0);
  const auto finished = run_on_estate({"job", "restore", job, "--wait"});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("rolled_back"));
  EXPECT_EQ(digest_of(tenant_), before);
}

TEST_F(ArchiveCommands, FailedRestorationFailsTheCommandThatWaitsForIt) {
  const auto job = erased(tenant_, "Forn Vell");
  databases_.run(shop_.database("crm"), "DROP TABLE contacts");
  const auto finished = run({"job", "restore", job, "--wait"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, AllOf(HasSubstr("compensation_failed"), HasSubstr("contacts")));
}

TEST_F(ArchiveCommands, DestroyedArchiveIsThePointOfNoReturn) {
  const auto job = erased(tenant_, "Forn Vell");
  ASSERT_TRUE(has_files(job));
  EXPECT_EQ(run_on_estate({"archive", "shred"}).output, "no archive is due\n");
  const auto unconfirmed = run_on_estate({"archive", "shred", job, "--confirm", "yes"});
  EXPECT_EQ(unconfirmed.status, 2);
  EXPECT_THAT(unconfirmed.errors, HasSubstr("confirm: that is not the job's id"));
  ASSERT_TRUE(has_files(job));
  const auto shredded = run_on_estate({"archive", "shred", job, "--confirm", job});
  EXPECT_EQ(shredded.status, 0) << shredded.errors;
  EXPECT_FALSE(has_files(job));
  const auto refused = run({"job", "restore", job});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("its archive has been destroyed"));
  EXPECT_FALSE(run_json({"job", "show", job}).at("archive").at("destroyed_at").is_null());
}

TEST_F(ArchiveCommands, ArchiveWhoseRetentionIsOverIsDestroyedByTheSweep) {
  const auto job = erased(tenant_, "Forn Vell");
  databases_.run(control_, "UPDATE tenure.deletion_jobs SET shred_after = now() - interval '1 second'");
  // Sweeps at once when it starts.
  serve();
  databases_.wait_until(control_, "(SELECT archive_files_removed_at FROM tenure.deletion_jobs) IS NOT NULL");
  EXPECT_FALSE(has_files(job));
}

// A key of the ring is left out once nothing is encrypted with it any more.
TEST_F(ArchiveCommands, RewrappedArchivesAreRestoredWithoutTheOldKey) {
  const auto before = digest_of(tenant_);
  const auto job = erased(tenant_, "Forn Vell");
  const auto first = [&] {
    std::ifstream ring(shop_.folder() / "ring");
    std::string line;
    std::getline(ring, line);
    return line;
  }();
  const auto generated = run_tenure({"archive", "keygen", "k2"}, shop_.environment());
  ASSERT_EQ(generated.status, 0) << generated.errors;
  const auto second = generated.output.substr(0, generated.output.find('\n'));
  write_estate({second, first});
  const auto rewrapped = run_on_estate({"archive", "rewrap"});
  EXPECT_EQ(rewrapped.status, 0) << rewrapped.errors;
  EXPECT_EQ(rewrapped.output, "1 keys rewrapped under k2, 0 were already\n");
  EXPECT_EQ(run_on_estate({"archive", "rewrap"}).output, "0 keys rewrapped under k2, 1 were already\n");
  write_estate({second});
  serve();
  ASSERT_EQ(run({"job", "restore", job}).status, 0);
  wait_for_status(job, "rolled_back");
  EXPECT_EQ(digest_of(tenant_), before);
}

TEST_F(ArchiveCommands, KeyThatTheRingLacksIsNamedAndNothingChanged) {
  erased(tenant_, "Forn Vell");
  const auto key = [&] { return databases_.value(control_, "SELECT archive_key FROM tenure.deletion_jobs"); };
  const auto before = key();
  write_estate({ring_line("k9")});
  const auto finished = run_on_estate({"archive", "rewrap"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, HasSubstr("k1"));
  EXPECT_EQ(key(), before);
}

// Bad input
TEST_F(ArchiveCommands, FaultyCommandsSayWhatIsWrong) {
  const auto without =
      run_tenure({"archive", "rewrap", "--estate", shop_.write_managed_estate("plain.yaml")}, shop_.environment());
  EXPECT_EQ(without.status, 2);
  EXPECT_THAT(without.errors, HasSubstr("there is no section `archive`"));
  const auto unknown = JobId::random().str();
  EXPECT_EQ(run_on_estate({"archive", "shred", unknown, "--confirm", unknown}).status, 2);
  EXPECT_THAT(run_on_estate({"archive", "shred", "x"}).errors, HasSubstr("job_id"));
}

}  // namespace
}  // namespace tenure::e2e
