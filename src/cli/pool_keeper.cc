#include "cli/pool_keeper.h"

#include "base/error.h"

namespace tenure::cli {

PoolKeeper::PoolKeeper(SchemaProvisioning& provisioning, Milliseconds interval,
                       std::function<void(const std::string&)> on_error)
    : provisioning_(provisioning),
      interval_(interval),
      on_error_(std::move(on_error)),
      thread_([this](const std::stop_token& stop) { keep(stop); }) {}

PoolKeeper::~PoolKeeper() = default;

void PoolKeeper::keep(const std::stop_token& stop) {
  std::string told;  // the same trouble again is not told again
  while (!stop.stop_requested()) {
    try {
      provisioning_.fill_pools(Call{{}, stop});
      told.clear();
    } catch (const Error& error) {
      if (!stop.stop_requested() && told != error.what()) on_error_(told = error.what());
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, interval_, [&] { return stop.stop_requested(); });
  }
}

}  // namespace tenure::cli
