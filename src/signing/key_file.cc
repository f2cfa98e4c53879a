#include "signing/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/fd.h"
#include "base/ids.h"

namespace tenure::signing {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthers = 07;        // may do nothing
constexpr mode_t kGroupWrites = 020;  // nor may the group change it; reading it is how Kubernetes hands out secrets

Error unusable(const fs::path& file, std::string_view what) {
  return Error(ErrorCode::unavailable, fmt::format("{}: {}: {}", file.string(), what, std::strerror(errno)));
}

/// A file that is gone when this is, unless it has got another name meanwhile.
class Unfinished {
 public:
  explicit Unfinished(fs::path file) : file_(std::move(file)) {}
  ~Unfinished() { ::unlink(file_.c_str()); }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  void write(std::string_view bytes) const {
    const Fd to(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!to.is_open()) throw unusable(file_, "cannot be made");
    while (!bytes.empty()) {
      const auto written = ::write(to.get(), bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) throw unusable(file_, "cannot be written");
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(to.get()) != 0) throw unusable(file_, "cannot be written");
  }
  const fs::path& path() const { return file_; }

 private:
  const fs::path file_;
};

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

}  // namespace

SigningKey read_key_file(const fs::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) {
    if (errno != ENOENT) throw unusable(file, "cannot be read");
    throw Error(ErrorCode::not_found, fmt::format("{}: there is no such file", file.string()));
  }
  if (!S_ISREG(found.st_mode)) throw Error(ErrorCode::invalid_argument, fmt::format("{}: is no file", file.string()));
  if ((found.st_mode & (kOthers | kGroupWrites)) != 0) {
    throw Error(ErrorCode::refused, fmt::format("{}: is open to other users; chmod g-w,o= it", file.string()));
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) throw unusable(file, "cannot be read");
  return SigningKey::from_pem(Secret(std::string(std::istreambuf_iterator<char>(in), {})), file.string());
}

SigningKey make_key_file(const fs::path& file) {
  const auto key = SigningKey::generate();
  const Unfinished unfinished(folder_of(file) / fmt::format(".{}.new", Uuid::random().str()));
  unfinished.write(key.to_pem().reveal());
  // Unlike a renamed one, a link never takes the place of a file that is there.
  if (::link(unfinished.path().c_str(), file.c_str()) != 0) {
    if (errno != EEXIST) throw unusable(file, "cannot be made");
    throw Error(ErrorCode::conflict, fmt::format("{}: is there already; a key is never written over", file.string()));
  }
  const Fd folder(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) throw unusable(file, "cannot be made");
  return key;
}

SigningKey read_or_make_key_file(const fs::path& file) {
  try {
    return read_key_file(file);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  try {
    return make_key_file(file);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::conflict) throw;
  }
  return read_key_file(file);
}

}  // namespace tenure::signing
