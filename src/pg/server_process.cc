#include "pg/server_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace tenure::pg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServerUser = "postgres";
// How long backends that outlived their postmaster may take to notice.
constexpr Milliseconds kLeftoverPatience{5000};

int wait_for_exit(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("waiting for a child process");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// A process that can be waited for and signalled without ever meeting a later one of the same number. Not open when
/// there is none.
Descriptor process_handle(pid_t process) {
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  if (!handle.is_open() && errno != ESRCH && errno != EINVAL) throw system_error("pidfd_open");
  return handle;
}

/// Whether the process has that working directory. The kernel tells it to the process's own user; root without
/// CAP_SYS_PTRACE, as in containers, is a stranger, so this thread asks as the account.
bool works_in(std::string_view process, const fs::path& directory, const Account& account) {
  const int our_gid = ::setfsgid(account.gid);
  const int our_uid = ::setfsuid(account.uid);
  std::error_code none;
  const auto found = fs::read_symlink(fs::path("/proc") / process / "cwd", none);
  ::setfsuid(static_cast<uid_t>(our_uid));
  ::setfsgid(static_cast<gid_t>(our_gid));
  return found == directory;
}

}  // namespace

bool has_ended(const Descriptor& process, Milliseconds patience) {
  pollfd wait{process.get(), POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(patience.count())) > 0;
}

Error system_error(std::string_view what) {
  const int code = errno;
  return Error(ErrorCode::unavailable, fmt::format("{}: {}", what, std::strerror(code)));
}

std::optional<Descriptor> lock_file(const fs::path& path, bool wait) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) throw system_error(path.string());
  while (::flock(file.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) throw system_error(path.string());
  }
  return file;
}

Account server_account() {
  if (::geteuid() != 0) return Account{::geteuid(), ::getegid(), {}, true};
  std::vector<char> text(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(kServerUser, &entry, text.data(), text.size(), &found) != 0 || found == nullptr) {
    throw Error(ErrorCode::unavailable,
                "PostgreSQL does not run as root, and there is no system user postgres to run it; install PostgreSQL");
  }
  Account account{entry.pw_uid, entry.pw_gid, std::vector<gid_t>(64), false};
  int count = static_cast<int>(account.groups.size());
  if (::getgrouplist(kServerUser, entry.pw_gid, account.groups.data(), &count) < 0) {
    account.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(kServerUser, entry.pw_gid, account.groups.data(), &count);
  }
  account.groups.resize(static_cast<std::size_t>(count));
  return account;
}

bool can_enter(const Account& account, const fs::path& directory) {
  if (account.is_ours) return true;
  const pid_t child = ::fork();
  if (child < 0) throw system_error("fork");
  if (child == 0) ::_exit(account.become() && ::access(directory.c_str(), X_OK) == 0 ? 0 : 1);
  return wait_for_exit(child) == 0;
}

int run_program(const Account& account, const fs::path& program, const std::vector<std::string>& arguments,
                const fs::path& working_directory, const fs::path& log) {
  const Descriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!output.is_open() || !input.is_open()) throw system_error(log.string());
  std::vector<const char*> argv{program.c_str()};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  const char* const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", nullptr};

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw system_error("fork");
  if (child == 0) {
    // Only calls that are safe after a fork in a process with threads.
    ::dup2(input.get(), 0);
    ::dup2(output.get(), 1);
    ::dup2(output.get(), 2);
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    ::setsid();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (account.become() && ::chdir(working_directory.c_str()) == 0) {
      // After the switch of user, which clears it.
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() == parent) {
        ::execve(program.c_str(), const_cast<char* const*>(argv.data()), const_cast<char* const*>(environment));
      }
    }
    const char* reason = ::strerrordesc_np(errno);
    (void)!::write(2, reason, std::strlen(reason));
    (void)!::write(2, "\n", 1);
    ::_exit(127);
  }
  return wait_for_exit(child);
}

Descriptor live_postmaster(const fs::path& data, const Account& account) {
  std::string line;
  if (!std::getline(std::ifstream(data / "postmaster.pid"), line)) return Descriptor();
  pid_t process = 0;
  if (std::from_chars(line.data(), line.data() + line.size(), process).ec != std::errc() || process <= 0) {
    return Descriptor();
  }
  auto handle = process_handle(process);
  return handle.is_open() && works_in(line, data, account) ? std::move(handle) : Descriptor();
}

void end_leftovers(const fs::path& data, const Account& account) {
  const auto deadline = Deadline::after(kLeftoverPatience);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/proc", none)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || !works_in(name, data, account)) continue;
    const auto process = process_handle(static_cast<pid_t>(std::atoi(name.c_str())));
    if (!process.is_open() || !works_in(name, data, account) || has_ended(process, deadline.left())) continue;
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
    has_ended(process, kLeftoverPatience);
  }
}

}  // namespace tenure::pg
