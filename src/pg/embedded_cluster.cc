#include "pg/embedded_cluster.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <locale.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "pg/cluster_location.h"
#include "pg/connection.h"
#include "pg/server_process.h"
#include "pg/sql.h"
#include "pg/sqlstate.h"

namespace tenure::pg {
namespace {

namespace fs = std::filesystem;

// Not "tenure": a role finds the schema of its own name first, and Tenure's schema has that one.
constexpr std::string_view kSuperuser = "postgres";
// PostgreSQL cuts longer names off (NAMEDATALEN - 1).
constexpr std::size_t kNameLimit = 63;
// A crash recovery that replays max_wal_size ends well within this.
constexpr int kStartSeconds = 300;
constexpr int kStopSeconds = 60;
constexpr Milliseconds kReadyTick{20};

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
  int prepared_transactions = 0;
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
        "-c listen_addresses= -c unix_socket_directories={} -c unix_socket_permissions=0700 "
        "-c max_prepared_transactions={} "
        "-c shared_buffers=128MB -c max_wal_size=2GB -c timezone=UTC -c log_timezone=UTC -c logging_collector=off "
        // Values of rows stay out of the log.
        "-c log_error_verbosity=terse -c log_min_error_statement=panic",
        sockets.string(), prepared_transactions);
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
  state->prepared_transactions = options.prepared_transactions;
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
