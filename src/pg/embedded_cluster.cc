#include "pg/embedded_cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pg/connection.h"
#include "pg/sql.h"
#include "pg/sqlstate.h"

namespace tenure::pg {
namespace {

namespace fs = std::filesystem;

// Not "tenure": a role finds the schema of its own name first, and Tenure's schema has that one.
constexpr std::string_view kSuperuser = "postgres";
constexpr const char* kServerUser = "postgres";
constexpr std::string_view kSocketName = "/.s.PGSQL.5432";
// sun_path of a unix socket address, less its terminating NUL.
constexpr std::size_t kSocketPathLimit = 107;
// PostgreSQL cuts longer names off (NAMEDATALEN - 1).
constexpr std::size_t kNameLimit = 63;
// A crash recovery that replays max_wal_size ends well within this.
constexpr int kStartSeconds = 300;
constexpr int kStopSeconds = 60;
// How long backends that outlived their postmaster may take to notice.
constexpr Milliseconds kLeftoverPatience{5000};
constexpr Milliseconds kReadyTick{20};
constexpr std::string_view kDuplicateDatabase = "42P04";

Error system_error(std::string_view what) {
  const int code = errno;
  return Error(ErrorCode::unavailable, fmt::format("{}: {}", what, std::strerror(code)));
}

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
std::optional<Descriptor> lock_file(const fs::path& path, bool wait) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) throw system_error(path.string());
  while (::flock(file.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) throw system_error(path.string());
  }
  return file;
}

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

int wait_for_exit(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("waiting for a child process");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Asks as that account, because access lists and mounts have a say too.
bool can_enter(const Account& account, const fs::path& directory) {
  if (account.is_ours) return true;
  const pid_t child = ::fork();
  if (child < 0) throw system_error("fork");
  if (child == 0) ::_exit(account.become() && ::access(directory.c_str(), X_OK) == 0 ? 0 : 1);
  return wait_for_exit(child) == 0;
}

/// Runs a program to its end, without a shell, its output appended to `log`. It sees none of our descriptors, signal
/// settings or environment, and does not outlive us. Returns its exit status, 128 + n for signal n.
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

std::string last_lines(const fs::path& log) {
  constexpr std::streamoff kTail = 1500;
  std::ifstream in(log, std::ios::binary | std::ios::ate);
  if (!in) return "";
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - kTail));
  std::string tail((std::istreambuf_iterator<char>(in)), {});
  if (size > kTail) tail.erase(0, tail.find('\n') + 1);
  while (tail.ends_with('\n')) tail.pop_back();
  return tail;
}

Error tool_error(std::string_view what, const std::vector<fs::path>& logs) {
  std::string message(what);
  for (const auto& log : logs) {
    if (const auto tail = last_lines(log); !tail.empty()) message += fmt::format("\n--- {}\n{}", log.string(), tail);
  }
  return Error(ErrorCode::unavailable, std::move(message));
}

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

void ensure_private_directory(const fs::path& path, const Account& account) {
  ensure_directory_of(account.uid, account.gid, path, 0700);
}

/// FNV-1a: the same for the same path in every build, unlike std::hash.
std::string path_hash(const fs::path& path) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : path.string()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

/// Where the cluster of `directory` really is: there, or under /var/tmp when PostgreSQL's user cannot enter it.
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

/// libpq and PostgreSQL take lists of directories, so the path must not hold a separator; it also goes through the
/// shell that pg_ctl starts the server with.
bool is_plain(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+").find(c) != std::string_view::npos;
  });
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

bool has_programs(const fs::path& directory) {
  return fs::exists(directory / "initdb") && fs::exists(directory / "pg_ctl") && fs::exists(directory / "postgres");
}

/// The folder of initdb, pg_ctl and postgres: of the version that wrote `data`, else the newest installed, else of
/// PATH.
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

/// A process that can be waited for and signalled without ever meeting a later one of the same number. Not open when
/// there is none.
Descriptor process_handle(pid_t process) {
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  if (!handle.is_open() && errno != ESRCH && errno != EINVAL) throw system_error("pidfd_open");
  return handle;
}

bool has_ended(const Descriptor& process, Milliseconds patience) {
  pollfd wait{process.get(), POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(patience.count())) > 0;
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

/// The postmaster of `data`, if it lives. Its pid file alone proves nothing: the number may be someone else's by now.
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

/// PostgreSQL's processes work in their data directory. Waits until those that lost their postmaster or their initdb
/// have gone, and kills what is left.
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

std::string database_locale() {
  // Sorts by code point on every machine. Not every libc has it.
  const locale_t locale = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (locale == nullptr) return "C";
  ::freelocale(locale);
  return "C.UTF-8";
}

}  // namespace

struct EmbeddedCluster::State {
  Account account;
  bool durable = true;
  fs::path home;
  fs::path server;
  fs::path data;
  fs::path sockets;
  fs::path programs;
  std::optional<Descriptor> ownership;

  int run(const char* program, const std::vector<std::string>& arguments) const {
    return run_program(account, programs / program, arguments, server, tools_log());
  }
  fs::path tools_log() const { return home / "tools.log"; }
  fs::path server_log() const { return server / "postgres.log"; }

  ConnectionSettings settings(std::string_view database) const {
    return ConnectionSettings()
        .with("host", sockets.string())
        .with("port", "5432")
        .with("user", std::string(kSuperuser))
        .with("dbname", std::string(database));
  }

  /// Renamed into place when complete, so a data directory that exists is a whole one.
  void ensure_data() const {
    if (fs::exists(data / "PG_VERSION")) return;
    const fs::path unfinished = server / "data.new";
    end_leftovers(unfinished, account);
    fs::remove_all(unfinished);
    std::vector<std::string> arguments{"--pgdata=data.new",  "--username=" + std::string(kSuperuser),
                                       "--encoding=UTF8",    "--locale=" + database_locale(),
                                       "--auth-local=trust", "--auth-host=reject",
                                       "--no-instructions",  "--data-checksums"};
    if (!durable) arguments.emplace_back("--no-sync");
    if (run("initdb", arguments) != 0) throw tool_error("initdb failed", {tools_log()});
    fs::rename(unfinished, data);
    const Descriptor parent(::open(server.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (durable && ::fsync(parent.get()) != 0) throw system_error(server.string());
  }

  /// The server's settings, as one argument of pg_ctl, which hands it to a shell: nothing in it needs quoting.
  std::string server_options() const {
    std::string options = fmt::format(
        "-c listen_addresses= -c unix_socket_directories={} -c unix_socket_permissions=0700 -c max_connections=100 "
        "-c shared_buffers=128MB -c max_wal_size=2GB -c timezone=UTC -c log_timezone=UTC -c logging_collector=off "
        // Values of rows stay out of the log.
        "-c log_error_verbosity=terse -c log_min_error_statement=panic",
        sockets.string());
    if (!durable) options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off";
    return options;
  }

  void start_server() const {
    end_leftovers(data, account);
    // Left by a server that was killed. PostgreSQL would refuse to start should their process number be in use again.
    fs::remove(data / "postmaster.pid");
    fs::remove(fs::path(sockets.string() + std::string(kSocketName) + ".lock"));
    // Names are relative to the working directory: pg_ctl passes them through a shell.
    const std::vector<std::string> arguments{"start",
                                             "--pgdata=data",
                                             "--log=postgres.log",
                                             "--wait",
                                             fmt::format("--timeout={}", kStartSeconds),
                                             "--silent",
                                             "--options=" + server_options()};
    if (run("pg_ctl", arguments) != 0) throw tool_error("PostgreSQL did not start", {tools_log(), server_log()});
  }

  /// True once the postmaster accepts logins, false once it has ended. It may still be starting or already stopping on
  /// behalf of an owner that was killed.
  bool is_accepting(const Descriptor& postmaster) const {
    const auto deadline = Deadline::after(std::chrono::seconds(kStartSeconds));
    for (;;) {
      try {
        Connection::open(settings("postgres"));
        return true;
      } catch (const Error&) {
        if (deadline.has_passed()) throw;
      }
      if (has_ended(postmaster, kReadyTick)) return false;
    }
  }

  void ensure_running() const {
    const auto postmaster = live_postmaster(data, account);
    if (postmaster.is_open() && is_accepting(postmaster)) return;
    start_server();
  }

  void stop() {
    if (!ownership) return;
    const auto starting = lock_file(home / "start.lock", true);
    const auto mine = std::exchange(ownership, std::nullopt);
    const auto stop_as = [&](const char* mode) {
      return run("pg_ctl",
                 {"stop", "--pgdata=data", mode, "--wait", fmt::format("--timeout={}", kStopSeconds), "--silent"}) == 0;
    };
    if (!live_postmaster(data, account).is_open() || stop_as("--mode=fast") || stop_as("--mode=immediate")) return;
    throw tool_error("PostgreSQL did not stop", {tools_log(), server_log()});
  }
};

EmbeddedCluster EmbeddedCluster::start(const ClusterOptions& options) {
  auto state = std::make_unique<State>();
  state->account = server_account();
  state->durable = options.durable;
  fs::create_directories(options.directory);
  const auto directory = fs::canonical(options.directory);
  state->home = find_home(directory, state->account);
  state->server = state->home / "server";
  state->data = state->server / "data";
  ensure_private_directory(state->server, state->account);
  state->programs = find_programs(state->data);

  // Whoever starts or stops the server holds this one, so that others find it either running or not.
  const auto starting = lock_file(state->home / "start.lock", true);
  state->ownership = lock_file(state->home / "owner.lock", false);
  state->sockets = socket_directory(state->server, state->account);
  state->ensure_data();
  state->ensure_running();
  return EmbeddedCluster(std::move(state));
}

EmbeddedCluster::EmbeddedCluster(std::unique_ptr<State> state) : state_(std::move(state)) {}
EmbeddedCluster::EmbeddedCluster(EmbeddedCluster&&) noexcept = default;

EmbeddedCluster& EmbeddedCluster::operator=(EmbeddedCluster&& other) noexcept {
  EmbeddedCluster old(std::exchange(state_, std::move(other.state_)));
  return *this;
}

EmbeddedCluster::~EmbeddedCluster() {
  try {
    stop();
  } catch (const std::exception&) {
    // The log has it; the next start takes the server over.
  }
}

void EmbeddedCluster::stop() {
  if (state_) state_->stop();
}

ConnectionSettings EmbeddedCluster::database(std::string_view name) const { return state_->settings(name); }

bool EmbeddedCluster::ensure_database(std::string_view name) {
  if (name.empty() || name.size() > kNameLimit) {
    throw Error(ErrorCode::invalid_argument, fmt::format("database name: must have 1 to {} bytes", kNameLimit));
  }
  auto connection = Connection::open(database("postgres"));
  if (!connection.exec("SELECT FROM pg_database WHERE datname = $1"_sql, Params(name)).empty()) return false;
  try {
    // Nobody can be logged in to template0, so concurrent calls do not disturb each other.
    connection.exec(
        (SqlBuilder() << "CREATE DATABASE " << Identifier(std::string(name)) << " TEMPLATE template0").build());
    return true;
  } catch (const Error& error) {
    if (error.sqlstate() == kDuplicateDatabase || error.sqlstate() == kUniqueViolation) return false;
    throw;
  }
}

bool EmbeddedCluster::owns_server() const { return state_->ownership.has_value(); }

const std::filesystem::path& EmbeddedCluster::data_directory() const { return state_->data; }

}  // namespace tenure::pg
