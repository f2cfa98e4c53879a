#include "tests/postgres/store/standby.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/pause.h"
#include "pg/cluster_location.h"
#include "tests/support/database.h"

namespace tenure::test {

namespace fs = std::filesystem;

Standby::Standby()
    : account_(pg::server_account()),
      programs_(pg::find_programs(cluster().data_directory())),
      // Beside the cluster's own, where PostgreSQL's user may be.
      folder_(cluster().data_directory().parent_path() / "standby") {
  pg::ensure_private_directory(folder_, account_);
  const auto settings = cluster().database("postgres");
  const auto& primary = settings.parameters();
  const auto backup = run("pg_basebackup", {"--pgdata=" + (folder_ / "data").string(), "--host=" + primary.at("host"),
                                            "--port=" + primary.at("port"), "--username=" + primary.at("user"),
                                            "--write-recovery-conf", "--checkpoint=fast", "--no-sync"});
  if (backup != 0) throw Error(ErrorCode::unavailable, "pg_basebackup failed");
  server_ = std::jthread([this] {
    run("postgres", {"-D", (folder_ / "data").string(), "-c", "listen_addresses=", "-c",
                     "unix_socket_directories=" + folder_.string(), "-c", "fsync=off", "-c",
                     "max_prepared_transactions=64", "-c", "wal_receiver_status_interval=1"});
  });
  const auto deadline = Deadline::after(Milliseconds(60'000));
  while (!accepts_logins()) {
    if (deadline.has_passed()) {
      stop();
      throw Error(ErrorCode::unavailable, "the standby does not start");
    }
    pause(Milliseconds(20), {});
  }
}

Standby::~Standby() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Standby::stop() {
  run("pg_ctl", {"stop", "--pgdata=" + (folder_ / "data").string(), "--mode=immediate", "--silent"});
  server_.join();
}

pg::ConnectionSettings Standby::settings() const {
  return cluster().database("postgres").with("host", folder_.string());
}

bool Standby::accepts_logins() const {
  try {
    pg::Connection::open(settings());
    return true;
  } catch (const Error&) {
    return false;
  }
}

int Standby::run(const char* program, const std::vector<std::string>& arguments) const {
  return pg::run_program(account_, programs_ / program, arguments, folder_, folder_ / "tools.log");
}

}  // namespace tenure::test
