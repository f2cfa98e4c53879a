#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "store/files/files_receipt.h"
#include "store/files/files_store.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_vault.h"

// C7 for a folder a tenant: files, links, folders and their modes come back, whenever the erasure was broken off; never
// over a newer file.
namespace tenure::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const TenantId kTenant = TenantId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");

/// Every entry with its type, mode and content.
std::string picture_of(const fs::path& folder) {
  std::string picture;
  std::vector<fs::path> entries;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  entries.insert(entries.begin(), folder);
  for (const auto& entry : entries) {
    struct stat status {};
    ::lstat(entry.c_str(), &status);
    std::ifstream in(entry, std::ios::binary);
    const auto content = S_ISLNK(status.st_mode)   ? fs::read_symlink(entry).string()
                         : S_ISREG(status.st_mode) ? std::string(std::istreambuf_iterator<char>(in), {})
                                                   : "";
    picture += fs::relative(entry.parent_path(), folder).string() + "/" + entry.filename().string() + " " +
               std::to_string(status.st_mode) + " " + content + "\n";
  }
  return picture;
}

class FilesArchive : public testing::Test {
 protected:
  FilesArchive() {
    for (int i = 0; i < 5; ++i) root_.write(name("a/" + std::to_string(i) + ".bin"), "content " + std::to_string(i));
    root_.write(name("deep/er/still/\xff not utf-8"), std::string("\0\n", 2));
    root_.write(name(".tenure/theirs"), "a name like any other here");
    root_.link(name("a/link"), "../../elsewhere");
    fs::create_directories(root_ / name("empty/inner"));
    fs::permissions(root_ / name("a/0.bin"), fs::perms(04750));
    fs::permissions(root_ / name("empty/inner"), fs::perms(0500));
    fs::permissions(root_ / name("a"), fs::perms(01770));
    fs::permissions(root_ / name(""), fs::perms(0751));
  }

  static std::string name(const std::string& path) { return kTenant.str() + "/" + path; }
  fs::path home() const { return root_ / kTenant.str(); }
  std::string erasing() const { return ".erasing-" + kTenant.str(); }
  EraseRequest order(std::int64_t epoch = 1) const {
    return {.subject = kTenant, .idempotency_key = "key", .job = job_, .epoch = epoch, .archive_key = key_};
  }
  Erasure erase(const Call& call = {}, const ProgressSink& progress = {}) {
    return store_.erase(order(), call, progress);
  }
  Restoration restore(std::int64_t epoch = 2) {
    return store_.restore({.subject = kTenant, .job = job_, .epoch = epoch, .archive_key = key_}, Call{}, {});
  }
  /// Many files, so that several pages go before the erasure is stopped in their middle.
  void erase_and_break_off(int files, int after) {
    for (int i = 0; i < files; ++i) root_.write(name("many/" + std::to_string(i)), std::to_string(i));
    std::stop_source stop;
    const ProgressSink sink = [&](const Counts& counts) {
      if (counts.at("files") >= after) stop.request_stop();
    };
    EXPECT_EQ(code_of([&] { erase(Call{Deadline(), stop.get_token()}, sink); }), ErrorCode::outcome_unknown);
    ASSERT_TRUE(root_.has(erasing()));
    ASSERT_FALSE(fs::exists(home()));
  }

  template <class Action>
  static ErrorCode code_of(Action action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "no error";
    return ErrorCode::internal;
  }

  const test::TemporaryFolder root_;
  const test::TestVault vault_;
  const JobId job_ = JobId::random();
  const archive::WrappedKey key_ = vault_.key_for(job_);
  FilesStore store_{"artifacts", {.root = root_.path()}, vault_.vault()};
};

TEST_F(FilesArchive, EveryKindOfEntryComesBackWithItsMode) {
  const auto before = picture_of(home());
  EXPECT_EQ(erase().deleted_counts, (Counts{{"files", 8}}));
  EXPECT_FALSE(fs::exists(home()));
  EXPECT_FALSE(root_.has(erasing()));
  EXPECT_EQ(restore().restored_counts, (Counts{{"files", 8}}));
  EXPECT_EQ(picture_of(home()), before);
}

TEST_F(FilesArchive, BrokenOffItIsFinishedByTheSameJobAndComesBackWhole) {
  erase_and_break_off(3500, 2000);
  const auto left = std::distance(fs::recursive_directory_iterator(root_ / erasing()), {});
  EXPECT_LT(left, 3400) << "no page has gone";
  EXPECT_EQ(erase().deleted_counts, (Counts{{"files", 3508}}));
  EXPECT_EQ(restore().restored_counts, (Counts{{"files", 3508}}));
  EXPECT_EQ(std::distance(fs::directory_iterator(home() / "many"), {}), 3500);
}

TEST_F(FilesArchive, BrokenOffItComesBackFromTheArchiveAndFromWhatIsLeft) {
  for (int i = 0; i < 3500; ++i) root_.write(name("many/" + std::to_string(i)), std::to_string(i));
  const auto before = picture_of(home());
  erase_and_break_off(3500, 2000);
  EXPECT_EQ(restore().restored_counts, (Counts{{"files", 3508}}));
  EXPECT_EQ(picture_of(home()), before);
  EXPECT_FALSE(root_.has(erasing()));
  EXPECT_EQ(code_of([&] { store_.erase(order(3), Call{}, {}); }), ErrorCode::conflict);
}

// Somebody has written for the tenant since; what he wrote stays beside what comes back.
TEST_F(FilesArchive, BrokenOffItComesBackBesideNewerFiles) {
  for (int i = 0; i < 3500; ++i) root_.write(name("many/" + std::to_string(i)), std::to_string(i));
  const auto before = picture_of(home());
  erase_and_break_off(3500, 2000);
  root_.write(name("newer"), "newer");
  EXPECT_EQ(restore().restored_counts, (Counts{{"files", 3508}}));
  EXPECT_FALSE(root_.has(erasing()));
  EXPECT_TRUE(root_.has(name("newer")));
  fs::remove(home() / "newer");
  EXPECT_EQ(picture_of(home()), before);
}

TEST_F(FilesArchive, ANewerFileInTheWayIsAConflictAndNothingComesBack) {
  erase();
  root_.write(name("a/1.bin"), "newer");
  EXPECT_EQ(code_of([&] { restore(); }), ErrorCode::conflict);
  EXPECT_FALSE(root_.has(name("a/0.bin")));
  fs::remove(home() / "a/1.bin");
  EXPECT_EQ(restore().restored_counts, (Counts{{"files", 8}}));
}

TEST_F(FilesArchive, AnOrderWithoutTheKeyDoesNotTouchWhatAJobHasNotFinished) {
  erase_and_break_off(3500, 2000);
  EXPECT_EQ(code_of([&] { store_.erase({.subject = kTenant}, Call{}, {}); }), ErrorCode::conflict);
  auto other = order(2);
  other.job = JobId::random();
  other.archive_key = vault_.key_for(*other.job);
  other.idempotency_key = "other";
  EXPECT_EQ(code_of([&] { store_.erase(other, Call{}, {}); }), ErrorCode::conflict);
  EXPECT_EQ(restore(3).restored_counts, (Counts{{"files", 3508}}));
}

TEST_F(FilesArchive, WhatNoArchiveCanHoldIsRefusedBeforeAnythingChanges) {
  ASSERT_EQ(::mkfifo((home() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(code_of([&] { erase(); }), ErrorCode::refused);
  EXPECT_TRUE(fs::exists(home() / "a/0.bin"));
}

TEST_F(FilesArchive, WhatWentWithoutAnArchiveCannotComeBack) {
  auto request = order();
  request.archive_key.reset();
  store_.erase(request, Call{}, {});
  EXPECT_EQ(code_of([&] { restore(); }), ErrorCode::refused);
}

TEST_F(FilesArchive, AnArchiveThatCannotBeWrittenStopsTheErasureBeforeAFileGoes) {
  fs::remove_all(vault_.file_of(job_).parent_path().parent_path());
  EXPECT_EQ(code_of([&] { erase(); }), ErrorCode::unavailable);
  EXPECT_TRUE(fs::exists(home() / "a/0.bin"));
}

TEST_F(FilesArchive, AnAlteredArchiveIsCorruptAndNothingComesBack) {
  erase();
  const auto file = vault_.file_of(job_, "artifacts");
  fs::resize_file(file, fs::file_size(file) - 1);
  EXPECT_EQ(code_of([&] { restore(); }), ErrorCode::corrupt);
  EXPECT_FALSE(fs::exists(home()));
}

// Written before there were archives.
TEST_F(FilesArchive, AReceiptOfTheFirstFormatIsRead) {
  const auto receipt = receipt_from_json_text(
      R"({"format": 1, "epoch": 4, "tree_files": 2, "removed_files": 1, "answers": {"k": {"files": 7, "digest": "d"}}})");
  EXPECT_EQ(receipt, (FilesReceipt{.epoch = 4, .tree_files = 2, .removed_files = 1, .answers = {{"k", {7, "d"}}}}));
  FilesReceipt full = receipt;
  full.tree_job = job_.str();
  full.archives[job_.str()] = {.length = 5, .sections = 1, .digest = "abc"};
  full.unarchived = {"x"};
  full.restored["y"] = 3;
  EXPECT_EQ(receipt_from_json_text(to_json_text(full)), full);
}

}  // namespace
}  // namespace tenure::store
