#include "server/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace tenure::server {
namespace {

constexpr std::size_t kBucketsBeforeCleaning = 10'000;  // some two megabytes

}  // namespace

std::optional<std::chrono::seconds> RateLimiter::admit(const std::string& who) {
  const std::lock_guard guard(mutex_);
  const auto now = clock_.monotonic();
  if (buckets_.size() >= clean_at_) forget_idle(now);
  auto& bucket = buckets_.try_emplace(who, Bucket{limit_.burst, now}).first->second;
  bucket = {left_in(bucket, now), now};
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return std::nullopt;
  }
  const auto wait = std::ceil((1 - bucket.left) / limit_.per_second);
  return std::chrono::seconds(std::max(1L, static_cast<long>(wait)));
}

double RateLimiter::left_in(const Bucket& bucket, MonotonicTime now) const {
  const std::chrono::duration<double> passed = now - bucket.at;
  return std::min(limit_.burst, bucket.left + passed.count() * limit_.per_second);
}

// The next time only when there are twice as many, so that each caller pays for a share of it and none for all.
void RateLimiter::forget_idle(MonotonicTime now) {
  std::erase_if(buckets_, [&](const auto& entry) { return left_in(entry.second, now) >= limit_.burst; });
  clean_at_ = std::max(kBucketsBeforeCleaning, 2 * buckets_.size());
}

}  // namespace tenure::server
