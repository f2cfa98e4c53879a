#include "signing/key_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <thread>

#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

// The file that the key of evidence is in; ground of E5 and E6.
namespace tenure::signing {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using ::testing::HasSubstr;

class KeyFile : public ::testing::Test {
 protected:
  KeyFile() { fs::create_directories(folder_.path()); }
  fs::path file() const { return folder_.path() / "key.pem"; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  const test::TemporaryFolder folder_;
};

TEST_F(KeyFile, IsReadAsItWasMadeAndIsItsOwnersAlone) {
  const auto made = make_key_file(file());
  EXPECT_EQ(read_key_file(file()).public_key().id(), made.public_key().id());
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(files(), 1U) << "nothing unfinished stays";
}

TEST_F(KeyFile, IsNeverWrittenOver) {
  const auto first = make_key_file(file());
  EXPECT_EQ(error_of([&] { make_key_file(file()); }).code(), ErrorCode::conflict);
  EXPECT_EQ(read_or_make_key_file(file()).public_key().id(), first.public_key().id());
  EXPECT_EQ(files(), 1U);
}

TEST_F(KeyFile, ThatOthersMayReadOrChangeIsRefused) {
  make_key_file(file());
  for (const auto bit : {fs::perms::others_read, fs::perms::others_write, fs::perms::group_write}) {
    fs::permissions(file(), fs::perms::owner_read | bit);
    const auto error = error_of([&] { read_key_file(file()); });
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.what(), HasSubstr(file().string()));
    EXPECT_EQ(error_of([&] { read_or_make_key_file(file()); }).code(), ErrorCode::refused);
  }
  fs::permissions(file(), fs::perms::owner_read | fs::perms::group_read);
  EXPECT_NO_THROW(read_key_file(file())) << "as Kubernetes hands out secrets";
}

TEST_F(KeyFile, ThatIsNoneSaysSo) {
  EXPECT_EQ(error_of([&] { read_key_file(file()); }).code(), ErrorCode::not_found);
  EXPECT_THAT(error_of([&] { read_key_file(folder_.path()); }).what(), HasSubstr("is no file"));
  std::ofstream(file()) << "no key";
  fs::permissions(file(), fs::perms::owner_read);
  EXPECT_THAT(error_of([&] { read_or_make_key_file(file()); }).what(), HasSubstr("not a private key in PEM"));
  EXPECT_EQ(error_of([&] { make_key_file(folder_.path() / "no" / "key.pem"); }).code(), ErrorCode::unavailable);
}

TEST_F(KeyFile, WhoeverComesAtOnceGetsTheSameKey) {
  std::vector<std::string> ids(8);
  {
    std::vector<std::jthread> threads;
    for (auto& id : ids) threads.emplace_back([&] { id = read_or_make_key_file(file()).public_key().id(); });
  }
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 1U);
}

}  // namespace
}  // namespace tenure::signing
