#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "store/files/file_root.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// Writes a section: a description, and what fills it.
using TakeSection = std::function<void(const archive::SectionInfo&, const std::function<void(archive::Writer&)>& fill)>;

/// Puts the file or link at `path` into an archive; `root_name` is how the store calls the root. `between_pieces` may
/// throw to end it. Returns its size; 0 when there is none.
std::int64_t archive_file(const FileRoot& root, const std::string& root_name, const std::string& path,
                          const TakeSection& take, const std::function<void()>& between_pieces);

/// Files that come back from an archive. A file that is there already, as it was archived, is back; another one in its
/// place is a conflict. Nothing is ever written over, through a link or outside its root.
class RestoredFiles {
 public:
  /// The root of that name. @throws Error.
  using Roots = std::function<const FileRoot&(const std::string& root_name)>;

  RestoredFiles(archive::Reader& reader, Roots roots, std::function<void()> between_files)
      : reader_(reader), roots_(std::move(roots)), between_files_(std::move(between_files)) {}

  /// Finds every file that is in the way before any is written. @throws Error(conflict).
  void check();
  /// Writes those that are missing, and has them on disk. Counts by the root's name: all that are there now.
  Counts write();
  /// Gives the folders that were archived their modes, and makes those that are missing. After write().
  void write_folders();
  /// Removes again what write() has made. As well as it can.
  void undo() noexcept;

 private:
  void for_each_newest(const std::function<void(const archive::Reader::Section&)>& visit);
  bool is_there(const archive::Reader::Section& section);

  archive::Reader& reader_;
  const Roots roots_;
  const std::function<void()> between_files_;
  std::map<std::string, std::vector<std::string>> made_;  ///< by root
};

}  // namespace tenure::store
