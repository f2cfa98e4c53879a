#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace tenure::archive {

/// A file on disk, read and written at offsets. What the system refuses (folder missing, no permission, disk full, I/O)
/// is Error(unavailable, retry later) with the file's name.
class ArchiveFile {
 public:
  /// Opens it to be written by this process alone until it is closed, and makes it when it is missing (its folder must
  /// be there). @throws Error(unavailable) also while someone else writes it.
  static ArchiveFile open_alone(const std::filesystem::path& path);
  /// @throws Error(not_found) when it is not there.
  static ArchiveFile open_to_read(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::int64_t size() const;
  /// Removes what lies behind.
  void cut(std::int64_t length) const;
  void write(std::int64_t offset, std::string_view bytes) const;
  /// Fills `bytes`. @throws Error(corrupt) when the file ends before.
  void read(std::int64_t offset, char* bytes, std::size_t size) const;
  std::string read(std::int64_t offset, std::size_t size) const;
  /// Makes what was written last through a power cut. @throws Error(unavailable) also when the file has been removed or
  /// another one is in its place.
  void sync() const;

 private:
  ArchiveFile(std::filesystem::path path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  bool is_at_its_path() const;

  std::filesystem::path path_;
  Fd fd_;
};

/// Makes a folder that only its owner may look into, unless it is there. @throws Error(unavailable).
void make_folder(const std::filesystem::path& path);
/// Makes the entries of a folder last through a power cut. @throws Error(unavailable).
void sync_folder(const std::filesystem::path& path);

}  // namespace tenure::archive
