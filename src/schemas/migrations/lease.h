#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/call.h"
#include "pg/connection.h"

namespace tenure::schemas {

/// The right to run migrations in one database: at most one run has it. It is kept by a session of its own, which is
/// how others see at once that its holder was killed; where sessions outlive their clients, behind a pooler, by a time
/// that a thread keeps extending. Every change that a run makes checks the epoch, so a run that was paused for too long
/// changes nothing more. The registry must be there.
class MigrationLease {
 public:
  /// Waits up to `patience` while another run has it. @throws Error(conflict) naming that run; Error from pg.
  static std::unique_ptr<MigrationLease> acquire(const pg::ConnectionSettings& database, const std::string& owner,
                                                 Milliseconds patience, const Call& call);

  MigrationLease(const MigrationLease&) = delete;
  MigrationLease& operator=(const MigrationLease&) = delete;
  /// Gives it back.
  ~MigrationLease();

  std::int64_t epoch() const { return epoch_; }

 private:
  MigrationLease(pg::Connection connection, std::int64_t epoch);
  void keep(const std::stop_token& stop);

  pg::Connection connection_;  // used by the thread alone until it has ended
  const std::int64_t epoch_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread keeper_;  // last: it uses all of the above
};

}  // namespace tenure::schemas
