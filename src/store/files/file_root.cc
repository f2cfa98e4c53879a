#include "store/files/file_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <set>
#include <vector>

#include "base/error.h"
#include "store/files/file_path.h"
#include "store/files/file_tree.h"

namespace tenure::store {
namespace {

constexpr std::size_t kLargestRead = std::size_t{16} * 1024 * 1024;
constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// A single component: the names that Tenure chooses itself.
std::string name_of(std::string_view name) {
  auto components = components_of(name);
  if (components.size() > 1) throw Error(ErrorCode::invalid_argument, "a folder's name below its root has a slash");
  return std::move(components.front());
}

/// The folder `name`; not open when there is none.
Fd open_folder_at(int parent, const std::string& name) {
  Fd folder(::openat(parent, name.c_str(), kFolder));
  if (folder.is_open() || errno == ENOENT) return folder;
  if (errno != ENOTDIR && errno != ELOOP) throw system_error("open a folder below its root");
  throw Error(ErrorCode::refused, is_link(parent, name)
                                      ? "a folder below its root is a symbolic link, which is not followed"
                                      : "a folder below its root is a file");
}

void sync(int fd) {
  if (::fsync(fd) != 0) throw system_error("write to a disk");
}

void write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write a file");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

FileRoot::FileRoot(const std::filesystem::path& root)
    : root_(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_.is_open()) throw system_error("open the root folder");
}

std::vector<std::string> FileRoot::components_outside_own(std::string_view path) const {
  auto components = components_of(path);
  if (is_whole_ && components.front() == kOwnFolder) {
    throw Error(ErrorCode::refused, "a file's path leads to Tenure's own files");
  }
  return components;
}

FileRoot::Removed FileRoot::remove(std::string_view path) const {
  const auto components = components_outside_own(path);
  const auto parent = open_parent(root_.get(), components);
  if (!parent.is_open()) return Removed::missing;
  if (::unlinkat(parent.get(), components.back().c_str(), 0) == 0) return Removed::removed;
  if (errno == ENOENT) return Removed::missing;
  if (errno == EISDIR) throw Error(ErrorCode::refused, "a file's path below its root is a folder's");
  throw system_error("remove a file");
}

std::optional<StoredFile> FileRoot::find(std::string_view path) const {
  const auto components = components_outside_own(path);
  const auto parent = open_parent(root_.get(), components);
  if (!parent.is_open()) return std::nullopt;
  return open_stored(parent.get(), components.back());
}

void FileRoot::create(std::string_view path, std::int64_t mode,
                      const std::function<void(const TakeBytes&)>& fill) const {
  const auto components = components_outside_own(path);
  const auto parent = make_parent(root_.get(), components);
  if (!S_ISLNK(static_cast<mode_t>(mode))) return make_file(parent.get(), components.back(), mode, fill);
  std::string target;
  fill([&](std::string_view bytes) { target += bytes; });
  make_link(parent.get(), components.back(), target);
}

void FileRoot::create_folder(std::string_view path, std::int64_t mode) const {
  Fd folder(::openat(root_.get(), ".", kFolder));
  if (!path.empty()) {
    const auto components = components_outside_own(path);
    const auto parent = make_parent(root_.get(), components);
    if (::mkdirat(parent.get(), components.back().c_str(), 0700) != 0 && errno != EEXIST) {
      throw system_error("make a folder");
    }
    sync(parent.get());
    folder = Fd(::openat(parent.get(), components.back().c_str(), kFolder));
    if (!folder.is_open() && (errno == ENOTDIR || errno == ELOOP)) {
      throw Error(ErrorCode::conflict, "a newer file is in the way of a folder that comes back");
    }
  }
  if (!folder.is_open()) throw system_error("open a folder below its root");
  if (::fchmod(folder.get(), static_cast<mode_t>(mode) & 07777) != 0) throw system_error("set the mode of a folder");
}

void FileRoot::move_to(const FileRoot& other, std::string_view path) const {
  const auto components = components_outside_own(path);
  const auto from = open_parent(root_.get(), components);
  if (!from.is_open()) return;
  const auto to = make_parent(other.root_.get(), components);
  const auto* name = components.back().c_str();
  if (::renameat2(from.get(), name, to.get(), name, RENAME_NOREPLACE) == 0 || errno == ENOENT) return;
  if (errno == EEXIST) throw Error(ErrorCode::conflict, "a newer file is in the way of one that comes back");
  throw system_error("rename a file");
}

void FileRoot::remove_durably(const std::vector<std::string>& paths) const {
  for (const auto& path : paths) remove(path);
  sync_folders(paths);
}

void FileRoot::sync_folders(const std::vector<std::string>& paths) const {
  std::set<std::string> folders;  // any one file of each, by which it is opened again
  std::set<std::string> known;
  for (const auto& path : paths) {
    if (known.insert(path.substr(0, path.rfind('/') + 1)).second) folders.insert(path);
  }
  for (const auto& path : folders) {
    const auto parent = open_parent(root_.get(), components_of(path));
    if (!parent.is_open()) continue;
    // What was opened only to be walked through cannot be synced.
    const Fd folder(::openat(parent.get(), ".", kFolder));
    if (!folder.is_open()) throw system_error("open a folder below its root");
    sync(folder.get());
  }
}

std::int64_t FileRoot::count_tree(std::string_view name, const EntrySink& before_entry) const {
  auto folder = open_folder_at(root_.get(), name_of(name));
  return folder.is_open() ? count_files(std::move(folder), before_entry) : 0;
}

std::int64_t FileRoot::remove_tree(std::string_view name, const EntrySink& before_entry) const {
  const auto folder_name = name_of(name);
  auto folder = open_folder_at(root_.get(), folder_name);
  if (!folder.is_open()) return 0;
  const auto removed = remove_folder(root_.get(), folder_name, std::move(folder), before_entry);
  sync(root_.get());
  return removed;
}

void FileRoot::visit_tree(std::string_view name, const VisitEntry& visit) const {
  auto folder = open_folder_at(root_.get(), name_of(name));
  if (folder.is_open()) visit_entries(std::move(folder), visit);
}

bool FileRoot::remove_empty_tree(std::string_view name) const {
  const auto folder_name = name_of(name);
  auto folder = open_folder_at(root_.get(), folder_name);
  if (!folder.is_open()) return true;
  const bool is_removed = remove_empty_folders(root_.get(), folder_name, std::move(folder));
  sync(root_.get());
  return is_removed;
}

bool FileRoot::has_folder(std::string_view name) const { return open_folder_at(root_.get(), name_of(name)).is_open(); }

std::int64_t FileRoot::mode() const {
  struct stat status {};
  if (::fstat(root_.get(), &status) != 0) throw system_error("look at a folder");
  return status.st_mode;
}

bool FileRoot::rename_folder(std::string_view from, std::string_view to) const {
  const auto old_name = name_of(from);
  const auto new_name = name_of(to);
  if (!open_folder_at(root_.get(), old_name).is_open()) return false;
  if (::renameat2(root_.get(), old_name.c_str(), root_.get(), new_name.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == ENOENT) return false;
    if (errno == EEXIST) throw Error(ErrorCode::conflict, "a folder of that name is there already", Retry::later);
    throw system_error("rename a folder");
  }
  sync(root_.get());
  return true;
}

FileRoot FileRoot::make_folder(std::string_view name) const {
  const auto folder_name = name_of(name);
  if (::mkdirat(root_.get(), folder_name.c_str(), 0700) == 0) {
    sync(root_.get());
  } else if (errno != EEXIST) {
    throw system_error("make a folder");
  }
  auto folder = open_folder_at(root_.get(), folder_name);
  if (!folder.is_open()) throw Error(ErrorCode::conflict, "a folder vanished while it was made", Retry::later);
  return FileRoot(std::move(folder));
}

std::optional<FileRoot> FileRoot::open_folder(std::string_view name) const {
  auto folder = open_folder_at(root_.get(), name_of(name));
  if (!folder.is_open()) return std::nullopt;
  return FileRoot(std::move(folder));
}

std::optional<std::string> FileRoot::read(std::string_view name) const {
  const Fd file(::openat(root_.get(), name_of(name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) throw system_error("open a file");
  std::string content;
  std::string buffer(65536, '\0');
  while (true) {
    const auto got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read a file");
    if (got == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(got));
    if (content.size() > kLargestRead) throw Error(ErrorCode::corrupt, "a file of Tenure's own is too large");
  }
}

void FileRoot::write_durably(std::string_view name, std::string_view content) const {
  const auto file_name = name_of(name);
  const auto new_name = file_name + ".new";
  {
    const Fd file(::openat(root_.get(), new_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) throw system_error("make a file");
    write_all(file.get(), content);
    sync(file.get());
  }
  if (::renameat(root_.get(), new_name.c_str(), root_.get(), file_name.c_str()) != 0)
    throw system_error("rename a file");
  sync(root_.get());
}

std::optional<Fd> FileRoot::try_lock() const {
  // A descriptor of its own: a lock belongs to an open, so that two threads of one process exclude each other as well.
  Fd own(::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own.is_open()) throw system_error("open a folder");
  if (::flock(own.get(), LOCK_EX | LOCK_NB) == 0) return own;
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw system_error("lock a folder");
}

}  // namespace tenure::store
