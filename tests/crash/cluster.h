#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pg/embedded_cluster.h"
#include "tests/support/temporary_folder.h"

namespace tenure::crash {

/// The PostgreSQL of this test run. It may be crashed and started again: what was committed is there then, which is why
/// commits wait for their WAL to be written; nothing waits for a disk, since the machine itself does not crash.
/// Prepared transactions are allowed. Thread-safe apart from crash().
class Cluster {
 public:
  static Cluster& instance();

  /// As libpq reads it; the same before and after a crash.
  std::string url(const std::string& database) const;
  void create_database(const std::string& database) const;
  /// `pg_ctl stop -m immediate`, and a start that recovers. Returns once it accepts logins.
  void crash();

 private:
  Cluster();
  static std::filesystem::path parent_folder();
  void start();

  const test::TemporaryFolder folder_{parent_folder()};
  std::optional<pg::EmbeddedCluster> cluster_;
};

}  // namespace tenure::crash
