#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "base/ids.h"

namespace tenure::test {

/// A name for a folder that nobody else uses; what is there in the end is removed.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("tenure-test-" + Uuid::random().str())) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tenure::test
