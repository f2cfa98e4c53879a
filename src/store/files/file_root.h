#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "store/files/file_tree.h"
#include "store/files/stored_file.h"

namespace tenure::store {

/// The folder below a root where Tenure keeps receipts; no path that comes from data leads there.
inline constexpr std::string_view kOwnFolder = ".tenure";

/// Files below one folder, and never outside it, whatever the paths say and whoever changes the folders meanwhile.
///
/// A path is relative, its components joined by single slashes. It is walked from the root one component at a time with
/// openat(O_NOFOLLOW), so there is no instant at which a link could lead elsewhere. Refused before anything changes:
/// an absolute path, an empty component, "." and "..", a NUL, a component longer than the system allows
/// (Error(invalid_argument)), and a symbolic link on the way (Error(refused)). A link at the end of a path or inside a
/// tree is a file like any other: it is counted and removed, never followed. The root itself may be a link; it is the
/// operator's.
///
/// Messages never hold a path below the root, which may be personal data. What the system refuses (permissions, a full
/// disk, I/O) is Error(unavailable). Safe to share between threads.
class FileRoot {
 public:
  enum class Removed { removed, missing };
  /// Called before each file and folder; throwing from it stops between two of them.
  using EntrySink = std::function<void()>;

  /// Opens the root. @throws Error(unavailable) when it is not there or not a folder.
  explicit FileRoot(const std::filesystem::path& root);

  /// Removes one file or link. A folder is Error(refused), and so is anything in kOwnFolder.
  Removed remove(std::string_view path) const;
  /// Removes each of them, so that they stay removed after a crash of the machine. Those that are gone already are
  /// fine.
  void remove_durably(const std::vector<std::string>& paths) const;
  /// The file or link at a path, to be read; nothing when it is not there. Anything else there is Error(refused).
  std::optional<StoredFile> find(std::string_view path) const;
  /// Makes a file, or a link when `mode` says so, with the folders that lead to it; `fill` gives the content, or where
  /// the link leads. On disk when sync_folders() has been called for it. Error(conflict) when something is there.
  void create(std::string_view path, std::int64_t mode, const std::function<void(const TakeBytes&)>& fill) const;
  /// Makes a folder, with those that lead to it, and sets its mode. The empty path is the root's own. Error(conflict)
  /// when something else is there.
  void create_folder(std::string_view path, std::int64_t mode) const;
  /// Gives an entry of this root its place below another one, with the folders that lead to it. Error(conflict) when
  /// something is there.
  void move_to(const FileRoot& other, std::string_view path) const;
  /// Makes the entries of the folders that hold these paths last.
  void sync_folders(const std::vector<std::string>& paths) const;
  /// The files and links in the folder `name`, at every depth; 0 when there is none. A `name` that is not a folder is
  /// Error(refused).
  std::int64_t count_tree(std::string_view name, const EntrySink& before_entry = {}) const;
  /// Removes the folder `name` with all in it; returns how many files and links that were. Error(conflict) when
  /// someone keeps adding files.
  std::int64_t remove_tree(std::string_view name, const EntrySink& before_entry = {}) const;
  /// Everything in the folder `name`, see visit_entries(); nothing when there is none.
  void visit_tree(std::string_view name, const VisitEntry& visit) const;
  /// Removes the folder `name` and those in it, durably; false when anything else is in one of them.
  bool remove_empty_tree(std::string_view name) const;
  bool has_folder(std::string_view name) const;
  /// Type and permission bits of the root itself.
  std::int64_t mode() const;
  /// Renames a folder within one parent folder, durably. False when it is not there; an existing `to` is
  /// Error(conflict).
  bool rename_folder(std::string_view from, std::string_view to) const;

  /// The folder `name` as a root of its own; made, durably, when it is not there.
  FileRoot make_folder(std::string_view name) const;
  std::optional<FileRoot> open_folder(std::string_view name) const;
  /// A whole file of at most 16 MiB; nullopt when it is not there.
  std::optional<std::string> read(std::string_view name) const;
  /// Replaces a file at once: after a crash it holds the old content or the new, and after the return the new.
  void write_durably(std::string_view name, std::string_view content) const;
  /// Held until it is destroyed, by this process or thread alone; nullopt when someone else has it.
  std::optional<Fd> try_lock() const;

 private:
  explicit FileRoot(Fd root) : root_(std::move(root)), is_whole_(false) {}

  std::vector<std::string> components_outside_own(std::string_view path) const;

  Fd root_;
  bool is_whole_ = true;  ///< false below the root that a service names, where kOwnFolder is a name like any other
};

}  // namespace tenure::store
