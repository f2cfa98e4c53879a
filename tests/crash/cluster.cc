#include "tests/crash/cluster.h"

#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <fstream>

#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

constexpr std::array kSettings{"fsync = off",         "full_page_writes = off", "max_prepared_transactions = 40",
                               "wal_level = minimal", "max_wal_senders = 0",    "max_connections = 400"};

constexpr std::uintmax_t kEnoughMemory = 2ULL << 30U;

}  // namespace

// In memory where there is enough: making and removing databases is thousands of files.
std::filesystem::path Cluster::parent_folder() {
  std::error_code none;
  const auto space = std::filesystem::space("/dev/shm", none);
  if (!none && space.available >= kEnoughMemory) return "/dev/shm";
  return std::filesystem::temp_directory_path();
}

Cluster& Cluster::instance() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster() {
  // PostgreSQL's own user has to pass through.
  std::filesystem::permissions(folder_.path(), std::filesystem::perms::group_exec | std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  // Its files are made without waiting for the disk; only the later starts keep every commit.
  cluster_.emplace(pg::EmbeddedCluster::start({.directory = folder_ / "cluster", .durable = false}));
  {
    PlainSql session(url("postgres"));
    for (const std::string setting : kSettings) session.run("ALTER SYSTEM SET " + setting);
  }
  cluster_->stop();
  start();
}

void Cluster::start() { cluster_.emplace(pg::EmbeddedCluster::start({.directory = folder_ / "cluster"})); }

std::string Cluster::url(const std::string& database) const {
  const auto parameters = cluster_->database(database).parameters();
  return fmt::format("host={} port={} user={} dbname={}", parameters.at("host"), parameters.at("port"),
                     parameters.at("user"), database);
}

void Cluster::create_database(const std::string& database) const {
  PlainSql(url("postgres")).run("CREATE DATABASE " + database + " TEMPLATE template0");
}

void Cluster::crash() {
  std::ifstream file(cluster_->data_directory() / "postmaster.pid");
  pid_t postmaster = 0;
  file >> postmaster;
  if (postmaster > 1) ::kill(postmaster, SIGQUIT);
  // Stops nothing any more and lets go of the folder; a start waits until the last process has gone.
  cluster_.reset();
  start();
}

}  // namespace tenure::crash
