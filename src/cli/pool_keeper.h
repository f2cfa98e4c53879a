#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "cli/schema_provisioning.h"

namespace tenure::cli {

/// Keeps so many schemas ready as the estate says, on a thread of its own: at once, and then every `interval`.
class PoolKeeper {
 public:
  /// `provisioning` outlives it; `on_error` is called from the thread.
  PoolKeeper(SchemaProvisioning& provisioning, Milliseconds interval, std::function<void(const std::string&)> on_error);
  /// Stops; a schema that is being made is not finished.
  ~PoolKeeper();
  PoolKeeper(const PoolKeeper&) = delete;
  PoolKeeper& operator=(const PoolKeeper&) = delete;

 private:
  void keep(const std::stop_token& stop);

  SchemaProvisioning& provisioning_;
  const Milliseconds interval_;
  const std::function<void(const std::string&)> on_error_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::cli
