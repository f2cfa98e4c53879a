// C7, A4: files that rows name go into the archive before they are removed, and come back with their rows: never over
// another file, through a link, or out of their root.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

namespace fs = std::filesystem;
using store::Counts;
using ::testing::HasSubstr;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class RestoreFiles : public testing::Test {
 protected:
  RestoreFiles() {
    root_.write("models/mine.bin", std::string("\0\n\\.\xff", 5) + std::string(1'000'000, 'm'));
    root_.write("models/deep/er/empty.bin", "");
    root_.write("models/shared.bin", "shared");
    root_.write("models/theirs.bin", "theirs");
    root_.link("models/link.bin", "theirs.bin");
    fs::permissions(root_ / "models/mine.bin", fs::perms(0640));
    fs::permissions(root_ / "models/deep/er/empty.bin", fs::perms(0755));
    auto settings =
        db_.store_settings({.tables = {{.table = "artifacts", .files = estate::FilesRule{"path", root_.path()}}}});
    settings.vault = vault_.vault();
    store_ = std::make_unique<store::PostgresStore>(settings);
    job_.key = vault_.key_for(job_.job);
  }

  store::Erasure erase() { return store_->erase(job_.erase_request(), soon(), {}); }
  store::Restoration restore() { return store_->restore(job_.restore_request(), soon(), {}); }
  std::string pending() const { return db_.value("SELECT count(*) FROM tenure.pending_files"); }

  const TemporaryFolder root_;
  const TemporaryFolder elsewhere_;
  const StoreDatabase db_{R"(
    CREATE TABLE artifacts (id int PRIMARY KEY, tenant_id uuid, path text);
    INSERT INTO artifacts VALUES (1, $T, 'models/mine.bin'), (2, $T, 'models/shared.bin'), (3, $T, NULL),
      (4, $T, 'models/gone.bin'), (5, $N, 'models/shared.bin'), (6, $N, 'models/theirs.bin'),
      (7, $T, 'models/deep/er/empty.bin'), (8, $T, 'models/link.bin'), (9, $T, 'models/mine.bin');)"};
  const TestVault vault_;
  ArchivedJob job_;
  std::unique_ptr<store::PostgresStore> store_;
};

TEST_F(RestoreFiles, ComeBackWithContentAndModeAndOthersStay) {
  const auto content = content_of(root_ / "models/mine.bin");
  const auto rows = db_.bytes_of("artifacts");
  EXPECT_EQ(erase().deleted_counts, (Counts{{"artifacts", 7}, {"artifacts.path", 5}}));
  EXPECT_FALSE(root_.has("models/mine.bin"));
  EXPECT_FALSE(root_.has("models/deep/er/empty.bin"));
  EXPECT_FALSE(root_.has("models/link.bin"));
  EXPECT_TRUE(root_.has("models/shared.bin"));
  EXPECT_EQ(pending(), "0");
  fs::remove_all(root_ / "models/deep");
  // One file was missing already, one is somebody else's too and never went.
  EXPECT_EQ(restore().restored_counts, (Counts{{"artifacts", 7}, {"artifacts.path", 3}}));
  EXPECT_EQ(db_.bytes_of("artifacts"), rows);
  EXPECT_EQ(content_of(root_ / "models/mine.bin"), content);
  EXPECT_EQ(fs::status(root_ / "models/mine.bin").permissions(), fs::perms(0640));
  EXPECT_EQ(fs::status(root_ / "models/deep/er/empty.bin").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::file_size(root_ / "models/deep/er/empty.bin"), 0U);
  EXPECT_EQ(fs::read_symlink(root_ / "models/link.bin"), "theirs.bin");
  EXPECT_EQ(content_of(root_ / "models/theirs.bin"), "theirs");
}

TEST_F(RestoreFiles, ANewerFileInTheWayIsAConflictAndNothingComesBack) {
  erase();
  root_.write("models/mine.bin", "newer");
  const auto error = error_of([&] { restore(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(text_of(error), HasSubstr("artifacts.path"));
  EXPECT_EQ(text_of(error).find("mine"), std::string::npos) << "a file's name may be personal data";
  EXPECT_EQ(db_.rows("artifacts"), 2);
  EXPECT_FALSE(root_.has("models/link.bin"));
  EXPECT_EQ(content_of(root_ / "models/mine.bin"), "newer");
  fs::remove(root_ / "models/mine.bin");
  EXPECT_EQ(restore().restored_counts.at("artifacts.path"), 3);
}

TEST_F(RestoreFiles, WithRowsThatCannotComeBackDoNotEither) {
  erase();
  db_.run("INSERT INTO artifacts VALUES (1, $N, NULL)");
  EXPECT_EQ(error_of([&] { restore(); }).code(), ErrorCode::conflict);
  EXPECT_FALSE(root_.has("models/mine.bin"));
}

TEST_F(RestoreFiles, AreNeverWrittenThroughALink) {
  erase();
  fs::remove_all(root_ / "models");
  root_.link("models", elsewhere_.path());
  const auto error = error_of([&] { restore(); });
  EXPECT_TRUE(error.code() == ErrorCode::conflict || error.code() == ErrorCode::refused) << error.what();
  EXPECT_TRUE(fs::is_empty(elsewhere_.path()));
  EXPECT_EQ(db_.rows("artifacts"), 2);
}

TEST_F(RestoreFiles, ThatAreThereAgainAlreadyAreFine) {
  const auto content = content_of(root_ / "models/mine.bin");
  erase();
  root_.write("models/mine.bin", content);
  EXPECT_EQ(restore().restored_counts.at("artifacts.path"), 3);
}

// A folder stands where a file is named: the rows are gone, the files are not yet.
TEST_F(RestoreFiles, OfAnErasureThatStoppedBetweenRowsAndFilesStayAndAreTakenOffTheList) {
  db_.run("UPDATE artifacts SET path = 'models/deep' WHERE id = 3");
  const auto rows = db_.bytes_of("artifacts");
  const auto error = error_of([&] { erase(); });
  EXPECT_EQ(error.code(), ErrorCode::outcome_unknown) << error.what();
  EXPECT_TRUE(root_.has("models/mine.bin")) << "removed before the page was in the archive";
  EXPECT_NE(pending(), "0");
  restore();
  EXPECT_EQ(db_.bytes_of("artifacts"), rows);
  EXPECT_EQ(pending(), "0");
  EXPECT_TRUE(root_.has("models/mine.bin"));
}

TEST_F(RestoreFiles, OfAnErasureThatStoppedGoWithTheNextCallAndComeBack) {
  db_.run("UPDATE artifacts SET path = 'models/deep' WHERE id = 3");
  error_of([&] { erase(); });
  fs::remove_all(root_ / "models/deep");
  EXPECT_TRUE(erase().is_replay);
  EXPECT_FALSE(root_.has("models/mine.bin"));
  EXPECT_EQ(restore().restored_counts.at("artifacts.path"), 2);
  EXPECT_TRUE(root_.has("models/mine.bin"));
}

// Somebody else's erasure comes by; it has not the key of this job's archive.
TEST_F(RestoreFiles, OfAJobAreLeftToIt) {
  db_.run("UPDATE artifacts SET path = 'models/deep' WHERE id = 3");
  error_of([&] { erase(); });
  store_->erase({.subject = kNeighbour}, soon(), {});
  EXPECT_TRUE(root_.has("models/mine.bin"));
  EXPECT_FALSE(root_.has("models/theirs.bin"));
}

}  // namespace
}  // namespace tenure::test
