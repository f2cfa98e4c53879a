#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "pg/settings.h"

namespace tenure::pg {

struct ClusterOptions {
  std::filesystem::path directory;  ///< made when missing
  bool durable = true;              ///< false: no fsync, for tests and demos; a crash of the machine loses the data
  int prepared_transactions = 64;   ///< at once, for erasures in two phases; 0: none
};

/// A private PostgreSQL cluster, run from the distribution's own binaries and reached over a unix socket only, in a
/// directory that nobody else can enter; that directory is why its logins need no password.
///
///     directory/owner.lock, start.lock   held while a process owns the server; while one starts or stops it
///     directory/tools.log                what initdb and pg_ctl said
///     directory/server/                  mode 0700, of the user that runs PostgreSQL:
///         data/  data.new/               the cluster; one that initdb has not finished yet
///         run/                           the socket, when its path fits PostgreSQL's limit
///         postgres.log
///     directory/location                 where all of the above is instead, when PostgreSQL's user cannot enter here
///
/// PostgreSQL refuses to run as root, so root runs it as the system user `postgres`. The process that starts the server
/// owns it and stops it; another one that starts the same directory meanwhile shares the server and leaves it running.
/// A server whose owner was killed is taken over. Not thread-safe.
class EmbeddedCluster {
 public:
  /// Returns once the server accepts logins. @throws Error(unavailable) when there is no PostgreSQL or it does not
  /// start, with the last lines of its log; Error(refused) when a directory it needs belongs to somebody else.
  static EmbeddedCluster start(const ClusterOptions& options);

  EmbeddedCluster(EmbeddedCluster&&) noexcept;
  EmbeddedCluster& operator=(EmbeddedCluster&&) noexcept;
  ~EmbeddedCluster();

  /// Stops the server if this object owns it: sessions are ended, everything committed is kept. A second call does
  /// nothing. @throws Error(unavailable) when the server does not stop.
  void stop();

  ConnectionSettings database(std::string_view name) const;
  /// Makes the database when there is none of that name; true when it was made.
  bool ensure_database(std::string_view name);

  bool owns_server() const;
  /// PostgreSQL's data directory.
  const std::filesystem::path& data_directory() const;

 private:
  struct State;
  explicit EmbeddedCluster(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace tenure::pg
