#include "identity/signing_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <thread>

#include "base/error.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace tenure::identity {
namespace {

namespace fs = std::filesystem;
using test::ManualClock;
using test::TemporaryFolder;

unsigned mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777U;
}

std::vector<fs::path> pem_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".pem") files.push_back(entry.path());
  }
  return files;
}

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error was thrown";
  return ErrorCode::internal;
}

struct SigningKeysTest : ::testing::Test {
  ManualClock clock;
  TemporaryFolder folder;
};

TEST_F(SigningKeysTest, MakesAPrivateFolderWithOneKeyOnFirstUse) {
  const SigningKeys keys(folder.path(), clock);
  const auto files = pem_files(folder.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(mode_of(folder.path()), 0700U);
  EXPECT_EQ(mode_of(files.front()), 0600U);
  EXPECT_NE(files.front().string().find(keys.newest().id()), std::string::npos);
}

TEST_F(SigningKeysTest, UsesTheSameKeyTheNextTime) {
  const auto first = SigningKeys(folder.path(), clock).newest().id();
  EXPECT_EQ(SigningKeys(folder.path(), clock).newest().id(), first);
}

TEST_F(SigningKeysTest, MakesOneKeyWhenManyStartAtOnce) {
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (auto& id : ids) {
    threads.emplace_back([&, this] { id = SigningKeys(folder.path(), clock).newest().id(); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U);
  EXPECT_EQ(pem_files(folder.path()).size(), 1U);
}

TEST_F(SigningKeysTest, SignsWithTheNewestAndKnowsTheOthers) {
  SigningKeys keys(folder.path(), clock);
  const auto old = keys.newest();
  clock.advance(std::chrono::seconds(1));
  const auto rotated = keys.rotate();
  EXPECT_EQ(keys.newest().id(), rotated.id());
  EXPECT_NE(old.id(), rotated.id());
  ASSERT_TRUE(keys.find(old.id()));
  EXPECT_TRUE(keys.find(old.id())->verify("message", old.sign("message")));
  EXPECT_FALSE(keys.find(old.id())->verify("message", rotated.sign("message")));
}

TEST_F(SigningKeysTest, SeesAKeyThatAnotherProcessAdded) {
  const SigningKeys mine(folder.path(), clock);
  SigningKeys theirs(folder.path(), clock);
  clock.advance(std::chrono::seconds(1));
  const auto id = theirs.rotate().id();
  EXPECT_TRUE(mine.find(id));
}

TEST_F(SigningKeysTest, ForgetsARemovedKeyWithinAMinute) {
  SigningKeys keys(folder.path(), clock);
  const auto old = keys.newest().id();
  clock.advance(std::chrono::seconds(1));
  keys.rotate();
  for (const auto& file : pem_files(folder.path())) {
    if (file.string().find(old) != std::string::npos) fs::remove(file);
  }
  clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(keys.find(old));
}

TEST_F(SigningKeysTest, ListsAllKeysOldestFirst) {
  SigningKeys keys(folder.path(), clock);
  const auto first = keys.newest().id();
  clock.advance(std::chrono::seconds(1));
  const auto second = keys.rotate().id();
  const auto all = keys.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id(), first);
  EXPECT_EQ(all[1].id(), second);
}

// B6: keys rotate with overlap.
TEST_F(SigningKeysTest, ForgetsARetiredKeyAtOnceAndElsewhereWithinAMinute) {
  SigningKeys keys(folder.path(), clock);
  const SigningKeys elsewhere(folder.path(), clock);
  const auto old = keys.newest().id();
  clock.advance(std::chrono::seconds(1));
  const auto fresh = keys.rotate().id();
  keys.retire(old);
  EXPECT_FALSE(keys.find(old));
  EXPECT_EQ(keys.newest().id(), fresh);
  EXPECT_EQ(pem_files(folder.path()).size(), 1U);
  EXPECT_TRUE(elsewhere.find(old));
  clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(elsewhere.find(old));
  EXPECT_EQ(elsewhere.newest().id(), fresh);
}

TEST_F(SigningKeysTest, DoesNotRetireTheKeyThatSigns) {
  SigningKeys keys(folder.path(), clock);
  EXPECT_EQ(code_of([&] { keys.retire(keys.newest().id()); }), ErrorCode::refused);
  EXPECT_EQ(pem_files(folder.path()).size(), 1U);
}

// Another process rotated, so what signs here is not the newest any more; what signs there must stay.
TEST_F(SigningKeysTest, DoesNotRetireTheKeyThatSignsElsewhere) {
  SigningKeys mine(folder.path(), clock);
  SigningKeys theirs(folder.path(), clock);
  const auto old = mine.newest().id();
  clock.advance(std::chrono::seconds(1));
  const auto fresh = theirs.rotate().id();
  EXPECT_EQ(code_of([&] { mine.retire(fresh); }), ErrorCode::refused);
  mine.retire(old);
  EXPECT_EQ(mine.newest().id(), fresh);
}

TEST_F(SigningKeysTest, RetiresNothingThatIsNotItsKey) {
  SigningKeys keys(folder.path(), clock);
  for (const char* id : {"", "unknown", "../../etc/passwd"}) {
    EXPECT_EQ(code_of([&] { keys.retire(id); }), ErrorCode::not_found) << id;
  }
}

TEST_F(SigningKeysTest, LeavesOneKeyWhenManyRetireAtOnce) {
  SigningKeys keys(folder.path(), clock);
  std::vector<std::string> ids{keys.newest().id()};
  for (int i = 0; i < 3; ++i) {
    clock.advance(std::chrono::seconds(1));
    ids.push_back(keys.rotate().id());
  }
  std::vector<std::thread> threads;
  for (const auto& id : ids) {
    threads.emplace_back([&] {
      try {
        SigningKeys(folder.path(), clock).retire(id);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::refused);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(SigningKeys(folder.path(), clock).newest().id(), ids.back());
  EXPECT_EQ(pem_files(folder.path()).size(), 1U);
}

TEST_F(SigningKeysTest, RefusesAKeyThatOthersMayRead) {
  { const SigningKeys keys(folder.path(), clock); }
  fs::permissions(pem_files(folder.path()).front(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(code_of([&] { SigningKeys(folder.path(), clock); }), ErrorCode::refused);
}

TEST_F(SigningKeysTest, NamesAFileThatHoldsNoKey) {
  { const SigningKeys keys(folder.path(), clock); }
  const auto bad = folder.path() / "999999999999999-bad.pem";
  std::ofstream(bad) << "not a key";
  fs::permissions(bad, fs::perms::owner_read | fs::perms::owner_write);
  try {
    SigningKeys(folder.path(), clock);
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_NE(std::string(error.what()).find("999999999999999-bad.pem"), std::string::npos) << error.what();
  }
}

TEST(Es256, RefusesAKeyOfAnotherKind) {
  // An Ed25519 private key.
  const Secret pem(
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n");
  EXPECT_EQ(code_of([&] { Es256Key::from_pem(pem); }), ErrorCode::corrupt);
}

TEST(Es256, SurvivesItsPem) {
  const auto key = Es256Key::generate();
  const auto again = Es256Key::from_pem(key.to_pem());
  EXPECT_EQ(again.id(), key.id());
  EXPECT_TRUE(again.verify("message", key.sign("message")));
}

TEST(Es256, RejectsAChangedMessageOrSignature) {
  const auto key = Es256Key::generate();
  auto signature = key.sign("message");
  EXPECT_EQ(signature.size(), 64U);
  EXPECT_FALSE(key.verify("massage", signature));
  EXPECT_FALSE(key.verify("message", signature.substr(1)));
  EXPECT_FALSE(key.verify("message", ""));
  EXPECT_FALSE(key.verify("message", std::string(64, '\0')));
  signature[40] = static_cast<char>(signature[40] ^ 1);
  EXPECT_FALSE(key.verify("message", signature));
}

}  // namespace
}  // namespace tenure::identity
