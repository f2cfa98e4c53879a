#include "base/pause.h"

#include <condition_variable>
#include <mutex>

namespace tenure {

void pause(std::chrono::microseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace tenure
