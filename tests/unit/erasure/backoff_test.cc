#include "erasure/backoff.h"

#include <gtest/gtest.h>

// C6: retries with exponential backoff and jitter, by kind of failure.
namespace tenure::erasure {
namespace {

TEST(Backoff, DoublesUntilItsLongest) {
  EXPECT_EQ(backoff(FailureKind::unreachable, 1), Milliseconds(250));
  EXPECT_EQ(backoff(FailureKind::unreachable, 2), Milliseconds(500));
  EXPECT_EQ(backoff(FailureKind::unreachable, 5), Milliseconds(4000));
  EXPECT_EQ(backoff(FailureKind::unreachable, 1000000), Milliseconds(60000));
}

TEST(Backoff, ComesBackSoonerToAServiceThatIsOnlyBusy) {
  EXPECT_EQ(backoff(FailureKind::busy, 1), Milliseconds(100));
  EXPECT_EQ(backoff(FailureKind::busy, 1000000), Milliseconds(10000));
}

TEST(Backoff, JitterIsHalfOnEitherSide) {
  EXPECT_EQ(with_jitter(Milliseconds(1000), 0.0), Milliseconds(500));
  EXPECT_EQ(with_jitter(Milliseconds(1000), 0.5), Milliseconds(1000));
  EXPECT_LT(with_jitter(Milliseconds(1000), 0.999), Milliseconds(1500));
}

// An outage of an hour is over before an hour's patience is.
TEST(Backoff, AnHourTakesAboutSeventyAttempts) {
  EXPECT_EQ(waited_after(FailureKind::unreachable, 3), Milliseconds(250 + 500 + 1000));
  EXPECT_LT(waited_after(FailureKind::unreachable, 60), Milliseconds(3600 * 1000));
  EXPECT_GT(waited_after(FailureKind::unreachable, 70), Milliseconds(3600 * 1000));
}

TEST(Backoff, KindsOfFailure) {
  EXPECT_EQ(kind_of(ErrorCode::unavailable, Retry::never), FailureKind::unreachable);
  EXPECT_EQ(kind_of(ErrorCode::timeout, Retry::never), FailureKind::unreachable);
  EXPECT_EQ(kind_of(ErrorCode::outcome_unknown, Retry::later), FailureKind::unreachable);
  EXPECT_EQ(kind_of(ErrorCode::conflict, Retry::later), FailureKind::busy);
  EXPECT_EQ(kind_of(ErrorCode::stale, Retry::later), FailureKind::busy);
  EXPECT_EQ(kind_of(ErrorCode::conflict, Retry::never), FailureKind::permanent);
  EXPECT_EQ(kind_of(ErrorCode::refused, Retry::never), FailureKind::permanent);
  EXPECT_EQ(kind_of(ErrorCode::corrupt, Retry::never), FailureKind::permanent);
}

}  // namespace
}  // namespace tenure::erasure
