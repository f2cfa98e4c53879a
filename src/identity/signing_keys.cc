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

void require_private(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) throw unusable(path, "cannot be read");
  if ((found.st_mode & 077U) != 0) {
    throw Error(ErrorCode::refused,
                fmt::format("signing keys: {} is open to other users; chmod go= it", path.string()));
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
  require_private(folder_);
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
  return keys_.back();
}

std::optional<Es256Key> SigningKeys::find(std::string_view id) const {
  const std::lock_guard guard(mutex_);
  const auto known = [&] {
    return std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return key.id() == id; });
  };
  reload_if_older_than(kLookAgainAfter);
  auto found = known();
  if (found == keys_.end()) {
    reload_if_older_than(std::chrono::seconds(1));
    found = known();
  }
  return found == keys_.end() ? std::nullopt : std::optional(*found);
}

Es256Key SigningKeys::rotate() {
  {
    const File lock(folder_ / ".lock", O_RDWR | O_CREAT);
    lock.lock();
    add_key();
  }
  const std::lock_guard guard(mutex_);
  reload();
  return keys_.back();
}

void SigningKeys::reload_if_older_than(std::chrono::seconds age) const {
  if (clock_.monotonic() - looked_at_ >= age) reload();
}

// The caller holds mutex_.
void SigningKeys::reload() const {
  looked_at_ = clock_.monotonic();
  std::vector<Es256Key> keys;
  for (const auto& file : key_files(folder_)) {
    require_private(file);
    std::ifstream in(file, std::ios::binary);
    try {
      keys.push_back(Es256Key::from_pem(Secret(std::string(std::istreambuf_iterator<char>(in), {}))));
    } catch (Error& error) {
      throw std::move(error).in(file.filename().string());
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
  const File folder(folder_, O_RDONLY | O_DIRECTORY);
  folder.sync();
}

}  // namespace tenure::identity
