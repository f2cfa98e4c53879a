#include "store/postgres/server_load.h"

#include <chrono>

#include "store/sql.h"

namespace tenure::store {

Milliseconds measure_lock_wait(pg::Connection& connection) {
  return Milliseconds(connection.exec(sql::kMeasureLockWait).int64(0, 0));
}

ServerLoad measure_server_load(pg::Connection& connection) {
  const auto asked_at = std::chrono::steady_clock::now();
  const auto load = connection.exec(sql::kMeasureLoad);
  const auto took = std::chrono::steady_clock::now() - asked_at;
  return {.replication_lag = Milliseconds(load.int64(0, 0)),
          .latency = std::chrono::duration_cast<Milliseconds>(took),
          .has_others = load.boolean(0, 1)};
}

}  // namespace tenure::store
