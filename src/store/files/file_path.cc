#include "store/files/file_path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"
#include "store/files/file_tree.h"

namespace tenure::store {

std::vector<std::string> components_of(std::string_view path) {
  const auto malformed = [](std::string_view why) {
    return Error(ErrorCode::invalid_argument, fmt::format("a file's path below its root {}", why));
  };
  if (path.empty()) throw malformed("is empty");
  if (path.front() == '/') throw malformed("is absolute");
  if (path.find('\0') != std::string_view::npos) throw malformed("holds a NUL character");
  std::vector<std::string> components;
  while (true) {
    const auto slash = path.find('/');
    const auto component = path.substr(0, slash);
    if (component.empty()) throw malformed("has an empty component");
    if (component == "." || component == "..") throw malformed("has a component \".\" or \"..\"");
    if (component.size() > NAME_MAX) throw malformed("has a component that is too long");
    components.emplace_back(component);
    if (slash == std::string_view::npos) return components;
    path.remove_prefix(slash + 1);
  }
}

bool is_link(int parent, const std::string& name) {
  struct stat status {};
  return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

Fd open_parent(int root, const std::vector<std::string>& components) {
  Fd parent(::openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent.is_open()) throw system_error("open a root folder");
  for (std::size_t at = 0; at + 1 < components.size(); ++at) {
    Fd next(::openat(parent.get(), components[at].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.is_open()) {
      if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) throw system_error("open a folder below its root");
      if (is_link(parent.get(), components[at])) {
        throw Error(ErrorCode::refused, "a file's path below its root leads through a symbolic link");
      }
      return {};
    }
    parent = std::move(next);
  }
  return parent;
}

Fd make_parent(int root, const std::vector<std::string>& components) {
  Fd parent(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.is_open()) throw system_error("open a root folder");
  for (std::size_t at = 0; at + 1 < components.size(); ++at) {
    const auto* name = components[at].c_str();
    if (::mkdirat(parent.get(), name, 0777) == 0) {
      if (::fsync(parent.get()) != 0) throw system_error("write to a disk");
    } else if (errno != EEXIST) {
      throw system_error("make a folder");
    }
    Fd next(::openat(parent.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.is_open()) {
      if (errno != ENOTDIR && errno != ELOOP) throw system_error("open a folder below its root");
      throw Error(ErrorCode::conflict, is_link(parent.get(), components[at])
                                           ? "a file's path below its root leads through a symbolic link by now"
                                           : "a file's path below its root leads through a file by now");
    }
    parent = std::move(next);
  }
  return parent;
}

}  // namespace tenure::store
