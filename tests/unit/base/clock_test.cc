#include "base/clock.h"

#include <gtest/gtest.h>

#include "base/call.h"

namespace tenure {
namespace {

using namespace std::chrono_literals;

WallTime at(Milliseconds since_epoch) { return WallTime(since_epoch); }

TEST(Rfc3339, IsUtcWithThreeDigitsOfMilliseconds) {
  EXPECT_EQ(to_rfc3339(at(0ms)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(at(1772366400007ms)), "2026-03-01T12:00:00.007Z");
}

TEST(Rfc3339, CountsLeapDaysAndIsRightBeforeTheEpoch) {
  EXPECT_EQ(to_rfc3339(at(951782399999ms)), "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(at(951782400000ms)), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(at(-1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Deadline, TheDefaultNeverPasses) {
  const Deadline never;
  EXPECT_TRUE(never.is_unlimited());
  EXPECT_FALSE(never.has_passed());
  EXPECT_GT(never.left(), 24h);
}

TEST(Deadline, OnePassedHasNothingLeftAndNeverLessThanNothing) {
  const auto past = Deadline::at(std::chrono::steady_clock::now() - 1h);
  EXPECT_TRUE(past.has_passed());
  EXPECT_EQ(past.left(), 0ms);
  EXPECT_TRUE(Deadline::after(0ms).has_passed());
}

TEST(Deadline, OneAheadHasTimeLeftUpToItsDuration) {
  const auto ahead = Deadline::after(1h);
  EXPECT_FALSE(ahead.has_passed());
  EXPECT_GT(ahead.left(), 59min);
  EXPECT_LE(ahead.left(), 1h);
}

TEST(Call, WithinADurationIsNotStopped) {
  const auto call = Call::within(1h);
  EXPECT_FALSE(call.deadline.is_unlimited());
  EXPECT_FALSE(call.stop.stop_requested());
}

}  // namespace
}  // namespace tenure
