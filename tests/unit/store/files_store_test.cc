#include "store/files/files_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "store/files/files_receipt.h"
#include "tests/support/temporary_folder.h"

// A5, A6, A7, C5 for a folder a tenant.
namespace tenure::store {
namespace {

using test::TemporaryFolder;

using testing::HasSubstr;
using testing::Not;

const TenantId kTenant = TenantId::parse("0f8fad5b-d9cb-469f-a165-70867728950e");
const TenantId kNeighbour = TenantId::parse("1f8fad5b-d9cb-469f-a165-70867728950e");
const UserId kUser = UserId::parse("7c9e6679-7425-40de-944b-e07fc1f90ae7");
const JobId kJob = JobId::parse("2f8fad5b-d9cb-469f-a165-70867728950e");

class FilesStores : public testing::Test {
 protected:
  FilesStores() {
    fill(kTenant, 5);
    fill(kNeighbour, 3);
  }

  void fill(const TenantId& tenant, int files) const {
    for (int i = 0; i < files; ++i) folder_.write(tenant.str() + "/" + std::to_string(i % 2) + "/" + std::to_string(i));
  }
  std::string receipt() const { return ".tenure/" + kTenant.str() + "/receipt.json"; }
  std::string erasing() const { return ".erasing-" + kTenant.str(); }

  Erasure erase(const std::string& key = "", std::optional<JobId> job = std::nullopt, std::int64_t epoch = 0) {
    return store_.erase({kTenant, key, job, epoch}, Call{}, {});
  }
  std::int64_t files_of(const Subject& subject) { return store_.preview(subject, Call{}).data_counts.at("files"); }

  template <class Action>
  static ErrorCode error_of(Action action, std::string* message = nullptr) {
    try {
      action();
    } catch (const Error& error) {
      if (message != nullptr) *message = error.what();
      return error.code();
    }
    ADD_FAILURE() << "no error";
    return ErrorCode::internal;
  }

  /// Erases until `entries` files and folders have gone by since the rename, and fails there as a killed process would.
  void erase_and_break_off(const std::string& key, int entries) {
    std::stop_source stop;
    int progress = 0;
    const ProgressSink sink = [&](const Counts&) {
      if (++progress == entries) stop.request_stop();
    };
    Call call{Deadline(), stop.get_token()};
    EXPECT_EQ(error_of([&] { store_.erase({kTenant, key, std::nullopt, 0}, call, sink); }), ErrorCode::outcome_unknown);
  }

  TemporaryFolder folder_;
  FilesStore store_{"artifacts", {folder_.path()}};
};

TEST_F(FilesStores, APreviewIsWhatTheErasureThenDeletes) {
  EXPECT_EQ(files_of(kTenant), 5);
  const auto erasure = erase();
  EXPECT_EQ(erasure.deleted_counts, (Counts{{"files", 5}}));
  EXPECT_EQ(erasure.digest.size(), 64U);
  EXPECT_FALSE(erasure.is_replay);
  EXPECT_FALSE(folder_.has(kTenant.str()));
  EXPECT_TRUE(store_.verify(kTenant, Call{}).is_clean());
}

TEST_F(FilesStores, APreviewChangesNothing) {
  files_of(kTenant);
  EXPECT_FALSE(folder_.has(".tenure"));
  EXPECT_EQ(files_of(kTenant), 5);
}

TEST_F(FilesStores, ANeighboursFilesStay) {
  erase();
  EXPECT_EQ(files_of(kNeighbour), 3);
}

TEST_F(FilesStores, ErasingAgainIsASuccessWithZeroCounts) {
  erase("first");
  EXPECT_EQ(erase("second").deleted_counts, (Counts{{"files", 0}}));
  EXPECT_EQ(erase().deleted_counts, (Counts{{"files", 0}}));
}

TEST_F(FilesStores, TheSameKeyGetsTheFirstAnswerAndErasesNothing) {
  const auto first = erase("key");
  fill(kTenant, 2);
  const auto second = FilesStore("artifacts", {folder_.path()}).erase({kTenant, "key", std::nullopt, 0}, Call{}, {});
  EXPECT_TRUE(second.is_replay);
  EXPECT_EQ(second.deleted_counts, first.deleted_counts);
  EXPECT_EQ(second.digest, first.digest);
  EXPECT_EQ(files_of(kTenant), 2);
  EXPECT_EQ(store_.verify(kTenant, Call{}).rows_left, (Counts{{"files", 2}}));
}

TEST_F(FilesStores, AKeyMayHoldAnyByte) {
  const std::string key("\xff\0\"../", 6);
  EXPECT_EQ(erase(key).deleted_counts.at("files"), 5);
  EXPECT_TRUE(erase(key).is_replay);
  EXPECT_FALSE(erase(std::string("\xfe\0\"../", 6)).is_replay);
}

TEST_F(FilesStores, ATenantWithoutAFolderHasZeroCounts) {
  const auto nobody = TenantId::random();
  EXPECT_EQ(files_of(nobody), 0);
  EXPECT_EQ(store_.erase({nobody, "k", kJob, 1}, Call{}, {}).deleted_counts, (Counts{{"files", 0}}));
  EXPECT_TRUE(store_.verify(nobody, Call{}).is_clean());
}

TEST_F(FilesStores, AUserHasNoFilesHere) {
  EXPECT_EQ(files_of(kUser), 0);
  EXPECT_EQ(store_.erase({kUser, "k", kJob, 1}, Call{}, {}).deleted_counts, (Counts{{"files", 0}}));
  EXPECT_TRUE(store_.verify(kUser, Call{}).is_clean());
}

TEST_F(FilesStores, AMissingRootIsUnavailableByItsRule) {
  FilesStore nowhere("artifacts", {folder_ / "nowhere"});
  std::string message;
  EXPECT_EQ(error_of([&] { nowhere.preview(kTenant, Call{}); }, &message), ErrorCode::unavailable);
  EXPECT_THAT(message, HasSubstr("services.artifacts.directory: "));
  EXPECT_EQ(error_of([&] { nowhere.erase({kTenant, "", std::nullopt, 0}, Call{}, {}); }), ErrorCode::unavailable);
  EXPECT_EQ(error_of([&] { nowhere.verify(kTenant, Call{}); }), ErrorCode::unavailable);
}

TEST_F(FilesStores, ALowerEpochIsRefusedAndChangesNothing) {
  store_.erase({kTenant, "a", kJob, 5}, Call{}, {});
  fill(kTenant, 2);
  EXPECT_EQ(error_of([&] { erase("b", kJob, 4); }), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { erase("a", kJob, 4); }), ErrorCode::conflict);
  EXPECT_EQ(files_of(kTenant), 2);
  EXPECT_EQ(erase("b", kJob, 5).deleted_counts.at("files"), 2);
  EXPECT_EQ(erase("c", kJob, 6).deleted_counts.at("files"), 0);
}

TEST_F(FilesStores, ACallWithoutAJobIsNotFenced) {
  erase("a", kJob, 5);
  EXPECT_EQ(erase("b").deleted_counts.at("files"), 0);
  EXPECT_EQ(error_of([&] { erase("c", kJob, 4); }), ErrorCode::conflict);
}

TEST_F(FilesStores, AnotherErasureOfTheTenantIsAConflictAndOneOfANeighbourIsNot) {
  const auto lock = FileRoot(folder_.path()).make_folder(kOwnFolder).make_folder(kTenant.str()).try_lock();
  EXPECT_EQ(error_of([&] { erase(); }), ErrorCode::conflict);
  EXPECT_EQ(files_of(kTenant), 5);
  EXPECT_EQ(store_.erase({kNeighbour, "", std::nullopt, 0}, Call{}, {}).deleted_counts.at("files"), 3);
}

TEST_F(FilesStores, APassedDeadlineChangesNothing) {
  Call late{Deadline::after(Milliseconds(0)), {}};
  EXPECT_EQ(error_of([&] { store_.erase({kTenant, "k", kJob, 1}, late, {}); }), ErrorCode::timeout);
  EXPECT_EQ(error_of([&] { store_.preview(kTenant, late); }), ErrorCode::timeout);
  EXPECT_EQ(files_of(kTenant), 5);
  EXPECT_TRUE(folder_.has(kTenant.str()));
}

TEST_F(FilesStores, AnErasureBrokenOffIsFinishedByTheNextCallWithExactCounts) {
  fill(kTenant, 1300);
  erase_and_break_off("key", 1);
  EXPECT_FALSE(folder_.has(kTenant.str()));
  EXPECT_TRUE(folder_.has(erasing()));
  const auto left = files_of(kTenant);
  EXPECT_GT(left, 0);
  EXPECT_LT(left, 1300);
  EXPECT_EQ(store_.verify(kTenant, Call{}).rows_left, (Counts{{"files", left}}));
  EXPECT_EQ(erase("key").deleted_counts, (Counts{{"files", 1300}}));
  EXPECT_TRUE(erase("key").is_replay);
  EXPECT_TRUE(store_.verify(kTenant, Call{}).is_clean());
}

TEST_F(FilesStores, FilesWrittenAfterABrokenOffErasureAreCountedWithIt) {
  fill(kTenant, 1300);
  erase_and_break_off("key", 1);
  fill(kTenant, 4);
  EXPECT_EQ(erase("other").deleted_counts, (Counts{{"files", 1304}}));
  EXPECT_EQ(erase("key").deleted_counts, (Counts{{"files", 0}}));
}

// What a kill leaves behind at each step of an erasure of five files, and what the next call then answers.
TEST_F(FilesStores, AKillBetweenTheRenameAndTheCountLosesNothing) {
  std::filesystem::rename(folder_ / kTenant.str(), folder_ / erasing());
  EXPECT_EQ(erase("key").deleted_counts, (Counts{{"files", 5}}));
  EXPECT_FALSE(folder_.has(erasing()));
}

TEST_F(FilesStores, AKillAfterTheTreeIsGoneLosesNothing) {
  std::filesystem::remove_all(folder_ / kTenant.str());
  folder_.write(receipt(), to_json_text({.tree_files = 5}));
  EXPECT_EQ(erase("key").deleted_counts, (Counts{{"files", 5}}));
}

TEST_F(FilesStores, AKillBeforeTheAnswerLosesNothing) {
  std::filesystem::remove_all(folder_ / kTenant.str());
  folder_.write(receipt(), to_json_text({.removed_files = 5}));
  EXPECT_EQ(erase("key").deleted_counts, (Counts{{"files", 5}}));
  EXPECT_EQ(erase("other").deleted_counts, (Counts{{"files", 0}}));
}

TEST_F(FilesStores, ATenantsFolderThatIsALinkIsRefusedAndItsTargetStays) {
  TemporaryFolder outside;
  outside.write("kept.txt");
  std::filesystem::remove_all(folder_ / kTenant.str());
  folder_.link(kTenant.str(), outside.path());
  EXPECT_EQ(error_of([&] { files_of(kTenant); }), ErrorCode::refused);
  EXPECT_EQ(error_of([&] { erase(); }), ErrorCode::refused);
  EXPECT_TRUE(outside.has("kept.txt"));
  EXPECT_TRUE(folder_.has(kTenant.str()));
}

TEST_F(FilesStores, LinksInsideAreRemovedAndTheirTargetsStay) {
  folder_.link(kTenant.str() + "/neighbour", folder_ / kNeighbour.str());
  EXPECT_EQ(erase().deleted_counts, (Counts{{"files", 6}}));
  EXPECT_EQ(files_of(kNeighbour), 3);
}

TEST_F(FilesStores, AReceiptThatDoesNotReadBackIsReportedAndNothingChanges) {
  for (const auto* text : {"", "{", "[]", "{\"format\": 2}", "{\"format\": 1}"}) {
    folder_.write(receipt(), text);
    EXPECT_EQ(error_of([&] { erase(); }), ErrorCode::corrupt) << text;
  }
  EXPECT_EQ(files_of(kTenant), 5);
}

TEST_F(FilesStores, ProgressNeverPassesTheFinalCount) {
  fill(kTenant, 1300);
  std::int64_t last = 0;
  store_.erase({kTenant, "", std::nullopt, 0}, Call{}, [&](const Counts& counts) {
    EXPECT_GE(counts.at("files"), last);
    last = counts.at("files");
  });
  EXPECT_EQ(last, 1300);
}

TEST_F(FilesStores, AReceiptHoldsNoNameOfAFileAndNoKey) {
  erase("secret-key");
  std::ifstream file(folder_ / receipt());
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(receipt_from_json_text(text).answers.size(), 1U);
  EXPECT_THAT(text, Not(HasSubstr("secret-key")));
}

}  // namespace
}  // namespace tenure::store
