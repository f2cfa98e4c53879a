#include "server/rate_limiter.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tenure::server
