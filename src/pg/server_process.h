#pragma once

#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

/// The operating system's side of the embedded cluster: accounts, child processes, locks. Linux only.
namespace tenure::pg {

/// errno as an Error.
Error system_error(std::string_view what);

/// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// Locks the file for as long as the result is open; the kernel lets go when the process dies. Nothing when another
/// holds it and `wait` is false.
std::optional<Descriptor> lock_file(const std::filesystem::path& path, bool wait);

/// The account that PostgreSQL's programs run as.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  bool is_ours = true;  ///< nothing to switch

  /// For a child between fork and exec; false when it may not.
  bool become() const {
    return is_ours || (::setgroups(groups.size(), groups.data()) == 0 && ::setgid(gid) == 0 && ::setuid(uid) == 0);
  }
};

/// Ours, or for root that of the system user postgres. @throws Error(unavailable) when there is none.
Account server_account();

/// Asks as that account, because access lists and mounts have a say too.
bool can_enter(const Account& account, const std::filesystem::path& directory);

/// Runs a program to its end, without a shell, its output appended to `log`. It sees none of our descriptors, signal
/// settings or environment, and does not outlive us. Returns its exit status, 128 + n for signal n.
int run_program(const Account& account, const std::filesystem::path& program, const std::vector<std::string>& arguments,
                const std::filesystem::path& working_directory, const std::filesystem::path& log);

/// The postmaster of `data`, if it lives. Its pid file alone proves nothing: the number may be someone else's by now.
Descriptor live_postmaster(const std::filesystem::path& data, const Account& account);

/// True when the process ended before `patience` was over.
bool has_ended(const Descriptor& process, Milliseconds patience);

/// PostgreSQL's processes work in their data directory. Waits until those that lost their postmaster or their initdb
/// have gone, and kills what is left.
void end_leftovers(const std::filesystem::path& data, const Account& account);

}  // namespace tenure::pg
