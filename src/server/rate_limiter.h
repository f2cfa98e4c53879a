#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace tenure::server {

struct RateLimit {
  double per_second = 100;
  double burst = 400;  ///< requests at once, after a pause
};

/// Requests a principal may make: a token bucket each. Thread-safe.
class RateLimiter {
 public:
  RateLimiter(RateLimit limit, const Clock& clock) : limit_(limit), clock_(clock) {}

  /// Nothing when the request may go on, else how long to wait before the next.
  std::optional<std::chrono::seconds> admit(const std::string& who);

 private:
  struct Bucket {
    double left;
    MonotonicTime at;
  };
  double left_in(const Bucket& bucket, MonotonicTime now) const;
  void forget_idle(MonotonicTime now);

  const RateLimit limit_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;  // guarded by mutex_
  std::size_t clean_at_ = 0;               // likewise: how many buckets there may be before idle ones are forgotten
};

}  // namespace tenure::server
