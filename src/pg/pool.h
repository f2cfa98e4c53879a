#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "pg/connection.h"

namespace tenure::pg {

/// At most `size` sessions with one database, opened when first needed. Thread-safe; outlives its leases.
///
///     auto lease = pool.take(call);
///     lease->exec("SELECT 1"_sql);
class Pool {
 public:
  /// A session on loan; goes back when destroyed. One left in a transaction or broken is closed instead.
  class Lease {
   public:
    Lease(Pool& pool, Connection connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection* operator->() { return &connection_; }
    Connection& operator*() { return connection_; }

   private:
    Pool* pool_;
    Connection connection_;
  };

  /// `preparation` runs in each session when it is opened.
  Pool(ConnectionSettings settings, std::size_t size, std::optional<Sql> preparation = std::nullopt);

  /// Waits for a free session. The session is bound to `call`. @throws Error(timeout) at the deadline or
  /// when a stop was asked for, or what Connection::open throws.
  Lease take(const Call& call = {});

  const ConnectionSettings& settings() const { return settings_; }

 private:
  void give_back(Connection connection);

  const ConnectionSettings settings_;
  const std::size_t size_;
  const std::optional<Sql> preparation_;

  std::mutex mutex_;
  std::condition_variable_any returned_;  // guarded by mutex_, as are the two below
  std::vector<Connection> idle_;
  std::size_t taken_ = 0;
};

}  // namespace tenure::pg
