#include "server/rate_limiter.h"

#include <gtest/gtest.h>
#include <time.h>

#include <string>

#include "tests/support/manual_clock.h"

namespace tenure::server {
namespace {

TEST(RateLimiter, LetsABurstThroughAndThenSaysHowLongToWait) {
  test::ManualClock clock;
  RateLimiter limiter({.per_second = 0.5, .burst = 2}, clock);
  EXPECT_FALSE(limiter.admit("a"));
  EXPECT_FALSE(limiter.admit("a"));
  EXPECT_EQ(limiter.admit("a"), std::chrono::seconds(2));
  EXPECT_FALSE(limiter.admit("b")) << "another caller has a bucket of its own";
  clock.advance(std::chrono::seconds(2));
  EXPECT_FALSE(limiter.admit("a"));
  EXPECT_TRUE(limiter.admit("a"));
}

TEST(RateLimiter, DoesNotSaveUpMoreThanABurst) {
  test::ManualClock clock;
  RateLimiter limiter({.per_second = 1, .burst = 1}, clock);
  EXPECT_FALSE(limiter.admit("a"));
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(limiter.admit("a"));
  EXPECT_TRUE(limiter.admit("a"));
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Beyond ten thousand callers that were not idle, every request looked through all of them.
TEST(RateLimiter, TakesNoLongerForManyCallersThanForFew) {
  const test::ManualClock clock;
  RateLimiter limiter({.per_second = 1, .burst = 1}, clock);
  const auto started = processor_seconds();
  for (int caller = 0; caller < 40'000; ++caller) EXPECT_FALSE(limiter.admit(std::to_string(caller)));
  EXPECT_LT(processor_seconds() - started, 4) << "it was 15 and more";
  EXPECT_TRUE(limiter.admit("7")) << "none was forgotten";
}

TEST(RateLimiter, ForgetsThoseWhoHaveTheirWholeShareAgain) {
  test::ManualClock clock;
  RateLimiter limiter({.per_second = 1, .burst = 1}, clock);
  for (int caller = 0; caller < 30'000; ++caller) limiter.admit(std::to_string(caller));
  clock.advance(std::chrono::seconds(1));
  for (int caller = 0; caller < 30'000; ++caller) {
    EXPECT_FALSE(limiter.admit(std::to_string(caller))) << "forgotten or not, it is the same to them";
  }
}

}  // namespace
}  // namespace tenure::server
