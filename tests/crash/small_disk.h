#pragma once

#include <filesystem>

namespace tenure::crash {

/// A disk of a few MiB in the place of a folder, where this process may mount one; else the folder stays as it is, and
/// its permissions stand for what a disk would refuse.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path folder);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_mounted() const { return is_mounted_; }
  /// Not a byte fits on it any more.
  void fill() const;
  void empty() const;
  void make_read_only() const;
  void make_writable() const;

 private:
  std::filesystem::path filler() const { return folder_ / "filler"; }

  const std::filesystem::path folder_;
  const bool is_mounted_;
};

}  // namespace tenure::crash
