#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"
#include "tests/unit/estate/reading.h"

// The estate file on disk, and the files that it names.
namespace tenure::estate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class EstateFile : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  /// What is said about `file` after its name.
  static std::string problem_of(const fs::path& file, DatabaseSource source = DatabaseSource::urls) {
    try {
      read_estate(file, variables_of({}), source);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_EQ(error.problems().size(), 1U);
      const std::string text = error.what();
      EXPECT_TRUE(text.starts_with(file.string()));
      return text.substr(file.string().size());
    }
  }

  const test::TemporaryFolder temporary_;
  const fs::path& folder_ = temporary_.path();
};

TEST_F(EstateFile, IsReadFromDisk) {
  const auto estate =
      read_estate(write("e.yaml", with_orders("    directory: data\n")), variables_of({}), DatabaseSource::urls);
  EXPECT_EQ(std::get<Directory>(estate.services[0].source).root, folder_ / "data");
}

TEST_F(EstateFile, MayBeginWithAByteOrderMark) {
  EXPECT_EQ(problem_of(write("e.yaml", "\xef\xbb\xbf" + with_database(""))), "");
}

TEST_F(EstateFile, ThatIsMissingIsReported) {
  EXPECT_EQ(problem_of(folder_ / "nowhere.yaml"), ": there is no such file");
  EXPECT_EQ(problem_of(folder_ / "no-folder" / "e.yaml"), ": there is no such file");
}

TEST_F(EstateFile, ThatIsAFolderIsReported) { EXPECT_EQ(problem_of(folder_), ": is a folder, not a file"); }

TEST_F(EstateFile, ThatMayNotBeReadIsReported) {
  const auto file = write("e.yaml", with_database(""));
  ::chmod(file.c_str(), 0);
  ::chmod(folder_.c_str(), 0755);
  // Root may read everything, so that it looks as nobody.
  const auto user = ::geteuid();
  if (user == 0) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto problem = problem_of(file);
  if (user == 0) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_EQ(problem, ": cannot be read: Permission denied");
}

TEST_F(EstateFile, OfMoreThanOneMebibyteIsReported) {
  const auto text = with_database("") + "#";
  EXPECT_EQ(problem_of(write("e.yaml", text + std::string(1024 * 1024 + 1 - text.size(), 'x'))),
            ": is larger than 1 MiB");
  EXPECT_EQ(problem_of(write("e.yaml", text + std::string(1024 * 1024 - text.size(), 'x'))), "");
}

TEST_F(EstateFile, ASchemaFileMustBeThereForTheEmbeddedClusterOnly) {
  const auto file = write("e.yaml", with_database("    schema_file: orders.sql\n"));
  EXPECT_EQ(problem_of(file, DatabaseSource::urls), "");
  EXPECT_EQ(problem_of(file, DatabaseSource::embedded), ":5: services.orders.schema_file: there is no such file");
  fs::create_directory(folder_ / "orders.sql");
  EXPECT_EQ(problem_of(file, DatabaseSource::embedded), ":5: services.orders.schema_file: is not a file");
  fs::remove(folder_ / "orders.sql");
  write("orders.sql", "SELECT 1;");
  EXPECT_EQ(problem_of(file, DatabaseSource::embedded), "");
}

TEST_F(EstateFile, TheControlDatabasesSchemaFileIsCheckedToo) {
  const auto file = write("e.yaml", with_database("") + "control: {schema_file: control.sql}\n");
  EXPECT_EQ(problem_of(file, DatabaseSource::embedded), ":5: control.schema_file: there is no such file");
}

}  // namespace
}  // namespace tenure::estate
