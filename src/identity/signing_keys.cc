#include "identity/signing_keys.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/ids.h"

namespace tenure::identity {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLookAgainAfter{60};

Error unusable(const fs::path& path, std::string_view what) {
  return Error(ErrorCode::unavailable,
               fmt::format("signing keys: {}: {}: {}", path.string(), what, std::strerror(errno)));
}

class File {
 public:
  File(const fs::path& path, int flags) : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0) throw unusable(path_, "cannot be opened");
  }
  ~File() { ::close(number_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void lock() const {
    while (::flock(number_, LOCK_EX) != 0) {
      if (errno != EINTR) throw unusable(path_, "cannot be locked");
    }
  }
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) throw unusable(path_, "cannot be written");
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() const {
    if (::fsync(number_) != 0) throw unusable(path_, "cannot be written");
  }

 private:
  const fs::path path_;
  const int number_;
};

void make_private_folder(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw unusable(folder, "cannot be made");
}

/// False when there is nothing at `path`. @throws Error(refused) when others may read it.
bool is_there_and_private(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return false;
    throw unusable(path, "cannot be read");
  }
  if ((found.st_mode & 077U) != 0) {
    throw Error(ErrorCode::refused,
                fmt::format("signing keys: {} is open to other users; chmod go= it", path.string()));
  }
  return true;
}

void sync_folder(const fs::path& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY);
  folder.sync();
}

/// nullopt when another process retired the key meanwhile.
std::optional<Es256Key> read_key(const fs::path& file) {
  if (!is_there_and_private(file)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  try {
    return Es256Key::from_pem(Secret(std::string(std::istreambuf_iterator<char>(in), {})));
  } catch (Error& error) {
    throw std::move(error).in(file.filename().string());
  }
}

std::vector<fs::path> key_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".pem") files.push_back(entry.path());
  }
  if (failed) throw Error(ErrorCode::unavailable, fmt::format("signing keys: {} cannot be read", folder.string()));
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_of(const Es256Key& key, WallTime made_at) {
  const auto milliseconds = std::chrono::duration_cast<Milliseconds>(made_at.time_since_epoch()).count();
  return fmt::format("{:015}-{}.pem", milliseconds, key.id());
}

}  // namespace

SigningKeys::SigningKeys(fs::path folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {
  make_private_folder(folder_);
  if (!is_there_and_private(folder_)) throw unusable(folder_, "is gone");
  {
    const File lock(folder_ / ".lock", O_RDWR | O_CREAT);
    lock.lock();
    if (key_files(folder_).empty()) add_key();
  }
  const std::lock_guard guard(mutex_);
  reload();
}

Es256Key SigningKeys::newest() const {
  const std::lock_guard guard(mutex_);
  reload_if_older_than(kLookAgainAfter);
  return keys_.back().key;
}

std::optional<Es256Key> SigningKeys::find(std::string_view id) const {
  const std::lock_guard guard(mutex_);
  reload_if_older_than(kLookAgainAfter);
  const auto known = [&]() -> std::optional<Es256Key> {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& held) { return held.key.id() == id; });
    return found == keys_.end() ? std::nullopt : std::optional(found->key);
  };
  if (auto key = known()) return key;
  reload_if_older_than(std::chrono::seconds(1));
  return known();
}

std::vector<Es256Key> SigningKeys::all() const {
  const std::lock_guard guard(mutex_);
  reload_if_older_than(kLookAgainAfter);
  std::vector<Es256Key> keys;
  for (const auto& held : keys_) keys.push_back(held.key);
  return keys;
}

Es256Key SigningKeys::rotate() {
  {
    const File lock(folder_ / ".lock", O_RDWR | O_CREAT);
    lock.lock();
    add_key();
  }
  const std::lock_guard guard(mutex_);
  reload();
  return keys_.back().key;
}

void SigningKeys::retire(std::string_view id) {
  const File lock(folder_ / ".lock", O_RDWR | O_CREAT);
  lock.lock();
  const std::lock_guard guard(mutex_);
  reload();
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& held) { return held.key.id() == id; });
  if (found == keys_.end()) throw Error(ErrorCode::not_found, "key_id: there is no such signing key");
  if (keys_.back().key.id() == id) {
    throw Error(ErrorCode::refused, "key_id: this key signs; rotate first, then retire it");
  }
  if (::unlink(found->file.c_str()) != 0) throw unusable(found->file, "cannot be removed");
  sync_folder(folder_);
  reload();
}

void SigningKeys::reload_if_older_than(std::chrono::seconds age) const {
  if (clock_.monotonic() - looked_at_ >= age) reload();
}

// The caller holds mutex_. A file is complete from the moment it has its name and never changes, so one that is known
// is not read again.
void SigningKeys::reload() const {
  looked_at_ = clock_.monotonic();
  std::vector<HeldKey> keys;
  for (const auto& file : key_files(folder_)) {
    const auto known = std::find_if(keys_.begin(), keys_.end(), [&](const auto& held) { return held.file == file; });
    if (known != keys_.end()) {
      if (is_there_and_private(file)) keys.push_back(*known);
    } else if (auto key = read_key(file)) {
      keys.push_back({file, *std::move(key)});
    }
  }
  if (keys.empty()) throw Error(ErrorCode::unavailable, fmt::format("signing keys: {} holds none", folder_.string()));
  keys_ = std::move(keys);
}

// The caller holds the lock file. The file appears under its name only when it is complete.
void SigningKeys::add_key() const {
  const auto key = Es256Key::generate();
  const auto unfinished = folder_ / fmt::format(".{}.new", Uuid::random().str());
  {
    const File file(unfinished, O_WRONLY | O_CREAT | O_EXCL);
    file.write(key.to_pem().reveal());
    file.sync();
  }
  const auto target = folder_ / name_of(key, clock_.wall());
  if (::rename(unfinished.c_str(), target.c_str()) != 0) throw unusable(target, "cannot be made");
  sync_folder(folder_);
}

}  // namespace tenure::identity
