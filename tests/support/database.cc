#include "tests/support/database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>

namespace tenure::test {
namespace {

/// A folder of this process that goes with it.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fmt::format("{}/tenure-test-{}", std::filesystem::temp_directory_path().string(), getpid())) {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all | std::filesystem::perms::group_exec |
                                            std::filesystem::perms::others_exec);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

pg::Sql from_test(std::string_view text) { return pg::Sql::script_from_operator(std::string(text)); }

}  // namespace

pg::EmbeddedCluster& cluster() {
  static const ScratchFolder folder;
  static pg::EmbeddedCluster cluster =
      pg::EmbeddedCluster::start({.directory = folder.path() / "cluster", .durable = false});
  return cluster;
}

TestDatabase::TestDatabase() {
  static std::atomic<int> next{0};
  name_ = fmt::format("test_{}", ++next);
  cluster().ensure_database(name_);
}

TestDatabase::~TestDatabase() {
  try {
    auto connection = pg::Connection::open(cluster().database("postgres"));
    connection.run_script(from_test(fmt::format("DROP DATABASE {} WITH (FORCE)", name_)));
  } catch (const std::exception&) {
    return;  // the whole cluster goes at the end of the run
  }
}

void TestDatabase::run(std::string_view script) const { connect().run_script(from_test(script)); }

std::string TestDatabase::value(std::string_view query) const {
  return connect().exec(from_test(query)).optional_text(0, 0).value_or("NULL");
}

std::string TestDatabase::digest_of(std::string_view table, std::string_view where) const {
  return value(
      fmt::format("SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), 'empty') FROM (SELECT md5(r::text) AS h "
                  "FROM ONLY {} AS r WHERE {}) AS hashes",
                  table, where));
}

}  // namespace tenure::test
