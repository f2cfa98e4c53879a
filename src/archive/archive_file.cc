#include "archive/archive_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"

namespace tenure::archive {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

Error refused_by_system(const std::filesystem::path& path, std::string_view what) {
  return Error(ErrorCode::unavailable,
               fmt::format("{}: {}: {}", path.string(), what, std::system_category().message(errno)), Retry::later);
}

}  // namespace

ArchiveFile ArchiveFile::open_alone(const std::filesystem::path& path) {
  // Again while a file is removed between being opened and being locked.
  while (true) {
    ArchiveFile file(path, Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kFileMode)));
    if (!file.fd_.is_open()) throw refused_by_system(path, "cannot be opened for writing");
    if (::flock(file.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) throw refused_by_system(path, "cannot be locked");
      throw Error(ErrorCode::unavailable, fmt::format("{}: someone else is writing it", path.string()), Retry::later);
    }
    if (file.is_at_its_path()) return file;
  }
}

ArchiveFile ArchiveFile::open_to_read(const std::filesystem::path& path) {
  ArchiveFile file(path, Fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)));
  if (file.fd_.is_open()) return file;
  if (errno == ENOENT) throw Error(ErrorCode::not_found, fmt::format("{}: is not there", path.string()));
  throw refused_by_system(path, "cannot be opened");
}

std::int64_t ArchiveFile::size() const {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) throw refused_by_system(path_, "cannot be looked at");
  return status.st_size;
}

void ArchiveFile::cut(std::int64_t length) const {
  if (::ftruncate(fd_.get(), length) != 0) throw refused_by_system(path_, "cannot be cut");
}

void ArchiveFile::write(std::int64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto written = ::pwrite(fd_.get(), bytes.data(), bytes.size(), offset);
    if (written < 0) {
      if (errno == EINTR) continue;
      throw refused_by_system(path_, "cannot be written");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
}

void ArchiveFile::read(std::int64_t offset, char* bytes, std::size_t size) const {
  while (size > 0) {
    const auto got = ::pread(fd_.get(), bytes, size, offset);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw refused_by_system(path_, "cannot be read");
    }
    if (got == 0) throw Error(ErrorCode::corrupt, "is shorter than it was");
    bytes += got;
    size -= static_cast<std::size_t>(got);
    offset += got;
  }
}

std::string ArchiveFile::read(std::int64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  read(offset, bytes.data(), size);
  return bytes;
}

void ArchiveFile::sync() const {
  if (::fdatasync(fd_.get()) != 0) throw refused_by_system(path_, "cannot be made durable");
  if (is_at_its_path()) return;
  throw Error(ErrorCode::unavailable, fmt::format("{}: has been removed while it was written", path_.string()),
              Retry::later);
}

bool ArchiveFile::is_at_its_path() const {
  struct stat ours {};
  struct stat there {};
  if (::fstat(fd_.get(), &ours) != 0) throw refused_by_system(path_, "cannot be looked at");
  return ::lstat(path_.c_str(), &there) == 0 && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

void make_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), kFolderMode) != 0 && errno != EEXIST) throw refused_by_system(path, "cannot be made");
}

void sync_folder(const std::filesystem::path& path) {
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) throw refused_by_system(path, "cannot be made durable");
}

}  // namespace tenure::archive
