#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/call.h"
#include "base/ids.h"
#include "pg/connection.h"
#include "pg/settings.h"
#include "pg/transaction.h"

namespace tenure::schemas {

/// Held while a tenant's database is made, erased or restored, each of which takes several transactions: one process
/// does so at a time. It is a lock of a transaction of its own, which a thread keeps from idling: it ends at once with
/// a process that is killed, and after a minute with one that is stopped.
class TenantTurn {
 public:
  /// Waits for the others.
  TenantTurn(const pg::ConnectionSettings& service, const TenantId& tenant, const Call& call);
  TenantTurn(const TenantTurn&) = delete;
  TenantTurn& operator=(const TenantTurn&) = delete;
  ~TenantTurn();

  /// Whether nobody has it, who then cannot have it either until the end of `transaction`. Waits for nobody.
  static bool is_free(pg::Transaction& transaction, const TenantId& tenant);

 private:
  void keep(const std::stop_token& stop);

  pg::Connection connection_;  // used by the thread alone until it has ended
  pg::Transaction transaction_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread keeper_;  // last: it uses all of the above
};

}  // namespace tenure::schemas
