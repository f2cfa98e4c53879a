#include "bench/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace tenure::bench {
namespace {

namespace fs = std::filesystem;

volatile std::sig_atomic_t is_interrupted = 0;

void note_interrupt(int) { is_interrupted = 1; }

std::string quoted(const std::string& name) { return pg::Identifier(name).quoted(); }

std::string joined(const pg::ConnectionSettings& settings, const char* separator) {
  std::string text;
  for (const auto& [name, value] : settings.parameters()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : separator, name, value);
  }
  return text;
}

}  // namespace

const fs::path& source_folder() {
  static const fs::path folder = TENURE_SOURCE_DIR;
  return folder;
}

std::string script_for(const fs::path& file, const TenantId& tenant) {
  constexpr std::string_view kVariable = ":'tenant'";
  std::ifstream stream(file);
  if (!stream) throw Error(ErrorCode::invalid_argument, file.string() + ": cannot be read");
  std::ostringstream content;
  content << stream.rdbuf();
  auto text = content.str();
  for (auto at = text.find(kVariable); at != std::string::npos; at = text.find(kVariable, at)) {
    text.replace(at, kVariable.size(), fmt::format("'{}'", tenant.str()));
  }
  return text;
}

pg::Sql sql(std::string text) { return pg::Sql::script_from_operator(std::move(text)); }

Server::Server() : folder_(fs::temp_directory_path() / fmt::format("tenure-bench-{}", getpid())) {
  // So that Ctrl-C ends the server too: the next thing asked of it throws.
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
  fs::create_directories(folder_);
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  cluster_ = pg::EmbeddedCluster::start({.directory = folder_ / "cluster", .durable = false});
  run("ALTER SYSTEM SET autovacuum = off");
  run("ALTER SYSTEM SET checkpoint_timeout = '1h'");
  run("ALTER SYSTEM SET max_wal_size = '8GB'");
  run("SELECT pg_reload_conf()");
  run(fmt::format("CREATE ROLE {} LOGIN", kPlainRole));
}

Server::~Server() {
  try {
    cluster_->stop();
  } catch (const std::exception&) {
    return;  // its files are in use then
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

pg::ConnectionSettings Server::settings(std::string_view database, std::string_view role) const {
  return settings(database).with("user", std::string(role));
}

std::string Server::url(std::string_view database) const { return "postgresql:///?" + joined(settings(database), "&"); }

std::string Server::conninfo(std::string_view database) const { return joined(settings(database), " "); }

void Server::create(const std::string& name) const { run(fmt::format("CREATE DATABASE {}", quoted(name))); }

void Server::freeze(const std::string& name) const {
  connect(name).exec(sql("VACUUM (FREEZE, ANALYZE)"));
  settle();
}

void Server::copy(const std::string& original, const std::string& name) const {
  drop(name);
  run(fmt::format("CREATE DATABASE {} TEMPLATE {}", quoted(name), quoted(original)));
  run(fmt::format("GRANT CREATE ON DATABASE {} TO {}", quoted(name), kPlainRole));
  // The first session of a new database writes PostgreSQL's cache of the system catalogs; any database in use has it.
  connect(name).exec(sql("SELECT count(*) FROM pg_class"));
}

void Server::drop(const std::string& name) const {
  run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)));
}

void Server::settle() const {
  run("CHECKPOINT");
  ::sync();
}

void Server::run(const std::string& statement) const {
  if (is_interrupted != 0) throw Error(ErrorCode::unavailable, "interrupted");
  connect("postgres").exec(sql(statement));
}

}  // namespace tenure::bench
