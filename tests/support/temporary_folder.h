#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tenure::test {

/// A folder of a test's own, gone with it; so is an embedded cluster that stood in it by name only, because
/// PostgreSQL's user could not have entered.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "tenure-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    remove_clusters_elsewhere();
    std::filesystem::remove_all(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  bool has(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path_ / name));
  }

  void write(const std::string& name, const std::string& text = "x") const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  void link(const std::string& name, const std::filesystem::path& target) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::filesystem::create_symlink(target, path_ / name);
  }

 private:
  void remove_clusters_elsewhere() const {
    namespace fs = std::filesystem;
    // A test may have made no folder at all, or have taken it away; a server may still be tidying up.
    std::error_code gone;
    for (fs::recursive_directory_iterator at(path_, fs::directory_options::skip_permission_denied, gone), end;
         !gone && at != end; at.increment(gone)) {
      if (at->path().filename() != "location" || !at->is_regular_file(gone)) continue;
      std::string elsewhere;
      std::getline(std::ifstream(at->path()), elsewhere);
      if (elsewhere.starts_with("/var/tmp/tenure-")) fs::remove_all(elsewhere);
    }
  }

  std::filesystem::path path_;
};

}  // namespace tenure::test
