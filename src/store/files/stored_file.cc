#include "store/files/stored_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/digest.h"
#include "base/error.h"
#include "store/files/file_tree.h"

namespace tenure::store {
namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;

Error taken() { return Error(ErrorCode::conflict, "a newer file is in the way of one that comes back"); }

void write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write a file");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string target_of(int folder, const std::string& name) {
  std::array<char, 4096> target{};
  const auto size = ::readlinkat(folder, name.c_str(), target.data(), target.size());
  if (size < 0 || size == static_cast<ssize_t>(target.size())) throw system_error("read a link");
  return {target.data(), static_cast<std::size_t>(size)};
}

}  // namespace

void read_content(const StoredFile& stored, const TakeBytes& take) {
  if (stored.is_link()) return take(stored.link);
  std::string buffer(kPiece, '\0');
  for (;;) {
    const auto got = ::read(stored.file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read a file");
    if (got == 0) return;
    take(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
  }
}

std::string read_content_at(const StoredFile& stored, std::int64_t offset, std::size_t size) {
  if (stored.is_link()) {
    const auto start = std::min(static_cast<std::size_t>(offset), stored.link.size());
    return stored.link.substr(start, size);
  }
  std::string content(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = ::pread(stored.file.get(), content.data() + filled, size - filled,
                             static_cast<off_t>(offset) + static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read a file");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

std::optional<StoredFile> open_stored(int folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw system_error("look at a file");
  }
  if (S_ISLNK(status.st_mode)) return StoredFile{.mode = status.st_mode, .link = target_of(folder, name)};
  const auto neither = [] {
    return Error(ErrorCode::refused, "an entry is neither a file nor a link, so it cannot go into an archive");
  };
  if (!S_ISREG(status.st_mode)) throw neither();
  // Opened without waiting: it may have become a pipe since.
  Fd file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) throw system_error("open a file");
  if (!S_ISREG(status.st_mode)) throw neither();
  return StoredFile{.file = std::move(file), .mode = status.st_mode};
}

void make_file(int folder, const std::string& name, std::int64_t mode,
               const std::function<void(const TakeBytes&)>& fill) {
  // Always the same for a name, so that the next try finds, and removes, what one that was killed has left.
  const auto new_name = ".tenure-" + Digest().add(name).hex();
  ::unlinkat(folder, new_name.c_str(), 0);
  try {
    const Fd file(::openat(folder, new_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) throw system_error("make a file");
    fill([&](std::string_view bytes) { write_all(file.get(), bytes); });
    if (::fchmod(file.get(), static_cast<mode_t>(mode) & 07777) != 0) throw system_error("set the mode of a file");
    if (::fsync(file.get()) != 0) throw system_error("write to a disk");
    if (::renameat2(folder, new_name.c_str(), folder, name.c_str(), RENAME_NOREPLACE) != 0) {
      throw errno == EEXIST ? taken() : system_error("rename a file");
    }
  } catch (...) {
    ::unlinkat(folder, new_name.c_str(), 0);
    throw;
  }
}

void make_link(int folder, const std::string& name, const std::string& target) {
  if (::symlinkat(target.c_str(), folder, name.c_str()) == 0) return;
  throw errno == EEXIST ? taken() : system_error("make a link");
}

}  // namespace tenure::store
