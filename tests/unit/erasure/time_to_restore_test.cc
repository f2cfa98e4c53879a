#include <gtest/gtest.h>

#include "erasure/service_calls.h"

// C7, C8: however large a tenant is, it is back at some try.
namespace tenure::erasure {
namespace {

using namespace std::chrono_literals;

TEST(TimeToRestore, DoublesWithEachFailureInARow) {
  EXPECT_EQ(time_to_restore(60s, 0), 60s);
  EXPECT_EQ(time_to_restore(60s, 1), 120s);
  EXPECT_EQ(time_to_restore(60s, 3), 480s);
}

TEST(TimeToRestore, EndsAtALimitAndIsNeverLessThanTheTimeout) {
  EXPECT_EQ(time_to_restore(60s, 6), store::kLongestRestoration);
  EXPECT_EQ(time_to_restore(60s, 1000), store::kLongestRestoration);
  EXPECT_EQ(time_to_restore(2h, 5), 2h);
}

}  // namespace
}  // namespace tenure::erasure
