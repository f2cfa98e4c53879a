#include "pg/cluster_location.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

namespace tenure::pg {
namespace {

namespace fs = std::filesystem;

// sun_path of a unix socket address, less its terminating NUL.
constexpr std::size_t kSocketPathLimit = 107;

/// Makes the directory, or checks that it is that user's: its path is predictable, so in a shared place somebody else
/// may have been there first.
void ensure_directory_of(uid_t uid, gid_t gid, const fs::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    if (::lchown(path.c_str(), uid, gid) != 0) throw system_error(path.string());
  } else if (errno != EEXIST) {
    throw system_error(path.string());
  }
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) throw system_error(path.string());
  if (!S_ISDIR(found.st_mode) || found.st_uid != uid) {
    throw Error(ErrorCode::refused, path.string() + ": must be a directory of the user that runs PostgreSQL");
  }
  if ((found.st_mode & 07777U) != mode && ::chmod(path.c_str(), mode) != 0) throw system_error(path.string());
}

/// FNV-1a: the same for the same path in every build, unlike std::hash.
std::string path_hash(const fs::path& path) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : path.string()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

/// libpq and PostgreSQL take lists of directories, so the path must not hold a separator; it also goes through the
/// shell that pg_ctl starts the server with.
bool is_plain(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+").find(c) != std::string_view::npos;
  });
}

bool has_programs(const fs::path& directory) {
  return fs::exists(directory / "initdb") && fs::exists(directory / "pg_ctl") && fs::exists(directory / "postgres");
}

}  // namespace

void ensure_private_directory(const fs::path& path, const Account& account) {
  ensure_directory_of(account.uid, account.gid, path, 0700);
}

fs::path find_home(const fs::path& directory, const Account& account) {
  const fs::path record = directory / "location";
  std::string recorded;
  std::getline(std::ifstream(record), recorded);
  if (recorded.empty() && can_enter(account, directory)) return directory;
  const fs::path home = recorded.empty() ? "/var/tmp/tenure-" + path_hash(directory) : recorded;
  // Others may pass through to the server's own directory inside, not list this one.
  ensure_directory_of(::geteuid(), ::getegid(), home, 0711);
  if (recorded.empty() && !(std::ofstream(record) << home.string() << std::endl)) {
    throw Error(ErrorCode::unavailable, record.string() + ": cannot be written");
  }
  return fs::canonical(home);
}

fs::path socket_directory(const fs::path& server, const Account& account) {
  fs::path directory = server / "run";
  if (directory.string().size() + kSocketName.size() > kSocketPathLimit || !is_plain(directory.string())) {
    // Only root can make names in /run.
    directory = (account.is_ours ? "/tmp/tenure-" : "/run/tenure-") + path_hash(server);
  }
  ensure_private_directory(directory, account);
  return directory;
}

fs::path find_programs(const fs::path& data) {
  const fs::path versions = "/usr/lib/postgresql";
  if (std::string written; std::getline(std::ifstream(data / "PG_VERSION"), written)) {
    if (auto same = versions / written / "bin"; has_programs(same)) return same;
  }
  fs::path newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(versions, none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest_version && has_programs(entry.path() / "bin")) {
      newest_version = version;
      newest = entry.path() / "bin";
    }
  }
  if (!newest.empty()) return newest;
  const char* variable = std::getenv("PATH");
  std::string_view path = variable != nullptr ? variable : "";
  while (!path.empty()) {
    const auto colon = path.find(':');
    if (fs::path directory = path.substr(0, colon); has_programs(directory)) return directory;
    path = colon == std::string_view::npos ? "" : path.substr(colon + 1);
  }
  throw Error(ErrorCode::unavailable,
              "no PostgreSQL server found, neither in /usr/lib/postgresql/*/bin nor in PATH; install the package "
              "postgresql, or name a database instead of using the embedded one");
}

}  // namespace tenure::pg
