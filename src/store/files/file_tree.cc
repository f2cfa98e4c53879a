#include "store/files/file_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace tenure::store {
namespace {

constexpr int kMostPasses = 5;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

Folder read_entries_of(Fd fd) {
  Folder folder(::fdopendir(fd.get()));
  if (!folder) throw system_error("read a folder");
  fd.release();
  return folder;
}

/// The name of the next entry other than . and ..; null at the end.
const char* next_entry(DIR* folder) {
  while (true) {
    errno = 0;
    const auto* entry = ::readdir(folder);
    if (entry == nullptr && errno != 0) throw system_error("read a folder");
    if (entry == nullptr) return nullptr;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry->d_name;
  }
}

void check_depth(int depth) {
  if (depth > kDeepestFolder) {
    throw Error(ErrorCode::refused, fmt::format("folders are nested more than {} deep", kDeepestFolder));
  }
}

/// The entry as a folder; not open when it is a file or a link, or has gone.
Fd open_if_folder(DIR* parent, const char* name) {
  Fd fd(::openat(::dirfd(parent), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open() && errno != ENOTDIR && errno != ELOOP && errno != ENOENT) {
    throw system_error("open a folder below its root");
  }
  return fd;
}

void visit_below(Fd fd, const std::string& path, const VisitEntry& visit, int depth) {
  check_depth(depth);
  const auto folder = read_entries_of(std::move(fd));
  while (const char* entry = next_entry(folder.get())) {
    const std::string name = entry;
    struct stat status {};
    if (::fstatat(::dirfd(folder.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      throw system_error("look at a file");
    }
    visit(path + name, status.st_mode);
    if (!S_ISDIR(status.st_mode)) continue;
    if (auto inner = open_if_folder(folder.get(), name.c_str()); inner.is_open()) {
      visit_below(std::move(inner), path + name + "/", visit, depth + 1);
    }
  }
}

bool remove_empty(int parent, const std::string& name, Fd fd, int depth) {
  check_depth(depth);
  const auto folder = read_entries_of(std::move(fd));
  while (const char* entry = next_entry(folder.get())) {
    auto inner = open_if_folder(folder.get(), entry);
    if (!inner.is_open() || !remove_empty(::dirfd(folder.get()), entry, std::move(inner), depth + 1)) return false;
  }
  if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  throw system_error("remove a folder");
}

class Walk {
 public:
  explicit Walk(const std::function<void()>& before_entry) : before_entry_(before_entry) {}

  void count(Fd fd, int depth) {
    check_depth(depth);
    const auto folder = read_entries_of(std::move(fd));
    while (const char* name = next_entry(folder.get())) {
      announce();
      if (auto inner = open_if_folder(folder.get(), name); inner.is_open()) {
        count(std::move(inner), depth + 1);
      } else {
        ++files_;
      }
    }
  }

  void remove(int parent, const char* name, Fd fd, int depth) {
    check_depth(depth);
    const auto folder = read_entries_of(std::move(fd));
    // What is added while a folder is read may not be seen, so an emptied folder that is not empty is read again.
    for (int pass = 0; pass < kMostPasses; ++pass) {
      remove_entries(folder.get(), depth);
      if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return;
      if (errno != ENOTEMPTY && errno != EEXIST) throw system_error("remove a folder");
      ::rewinddir(folder.get());
    }
    throw Error(ErrorCode::conflict, "files are still being added to a folder that is to go", Retry::later);
  }

  std::int64_t files() const { return files_; }

 private:
  void remove_entries(DIR* folder, int depth) {
    while (const char* name = next_entry(folder)) {
      announce();
      if (auto inner = open_if_folder(folder, name); inner.is_open()) {
        remove(::dirfd(folder), std::string(name).c_str(), std::move(inner), depth + 1);
      } else if (::unlinkat(::dirfd(folder), name, 0) == 0) {
        ++files_;
      } else if (errno != ENOENT) {
        throw system_error("remove a file");
      }
    }
  }

  void announce() const {
    if (before_entry_) before_entry_();
  }

  const std::function<void()>& before_entry_;
  std::int64_t files_ = 0;
};

}  // namespace

std::int64_t count_files(Fd folder, const std::function<void()>& before_entry) {
  Walk walk(before_entry);
  walk.count(std::move(folder), 1);
  return walk.files();
}

std::int64_t remove_folder(int parent, const std::string& name, Fd folder, const std::function<void()>& before_entry) {
  Walk walk(before_entry);
  walk.remove(parent, name.c_str(), std::move(folder), 1);
  return walk.files();
}

void visit_entries(Fd folder, const VisitEntry& visit) { visit_below(std::move(folder), "", visit, 1); }

bool remove_empty_folders(int parent, const std::string& name, Fd folder) {
  return remove_empty(parent, name, std::move(folder), 1);
}

Error system_error(std::string_view doing_what) {
  const auto why = std::generic_category().message(errno);
  return Error(ErrorCode::unavailable, fmt::format("cannot {}: {}", doing_what, why), Retry::later);
}

}  // namespace tenure::store
