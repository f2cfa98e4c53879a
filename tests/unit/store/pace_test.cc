// C8, issue 4: how chunks follow each other, as a function of what the server was seen to suffer.
#include "store/postgres/pace.h"

#include <gtest/gtest.h>

namespace tenure::store {
namespace {

using namespace std::chrono_literals;

const ChunkRules kRules{.rows = 10000, .throttle = {}};
constexpr ServerLoad kCalm{};
constexpr ServerLoad kSlow{.latency = 101ms};

void expect_pace(const Pace& pace, std::int64_t rows, Milliseconds pause) {
  EXPECT_EQ(pace.rows, rows);
  EXPECT_EQ(pace.back_off, pause);
  EXPECT_EQ(pace.rest, pause);
}

/// The rows of the last chunk of so many that each take `fixed` and a millisecond for every ten rows.
std::int64_t rows_after(int chunks, Milliseconds fixed) {
  auto pace = first_pace(kRules);
  for (int chunk = 0; chunk < chunks; ++chunk) {
    pace = next_pace(kRules, pace, {.rows = pace.rows, .duration = fixed + Milliseconds(pace.rows / 10)}, kCalm);
  }
  return pace.rows;
}

TEST(Pace, TheFirstChunkIsSmallAndNeverLargerThanTheEstateSays) {
  EXPECT_EQ(first_pace(kRules), (Pace{.rows = 2000}));
  EXPECT_EQ(first_pace({.rows = 7, .throttle = {}}), (Pace{.rows = 7}));
}

TEST(Pace, ChunksGrowByStepsToTheEstatesLimitWhileNobodySuffers) {
  auto pace = first_pace(kRules);
  std::int64_t before = 0;
  for (int chunk = 0; chunk < 20; ++chunk) {
    EXPECT_GE(pace.rows, before);
    before = pace.rows;
    pace = next_pace(kRules, pace, {.rows = pace.rows, .duration = 20ms}, kCalm);
  }
  EXPECT_EQ(pace.rows, 10000);
  EXPECT_EQ(pace.back_off, 0ms);
}

TEST(Pace, AChunkThatTookTooLongIsFollowedByASmallerOne) {
  const auto pace = next_pace(kRules, {.rows = 8000}, {.rows = 8000, .duration = 400ms}, kCalm);
  EXPECT_EQ(pace.rows, 4000);
  EXPECT_EQ(pace.back_off, 0ms);
}

// A child without an index is scanned for each chunk, however few rows that has.
TEST(Pace, WhereSmallerChunksTakeAsLongTheyAreMadeLargerInstead) {
  EXPECT_EQ(rows_after(8, 3000ms), 10000);
  EXPECT_LT(rows_after(8, 10ms), 3000) << "where rows are what takes the time, chunks stay small";
}

TEST(Pace, OthersHaveTheServerForHalfOfTheTime) {
  EXPECT_EQ(next_pace(kRules, {.rows = 2000}, {.rows = 2000, .duration = 70ms}, kCalm).rest, 70ms);
}

TEST(Pace, ChunksAreGentleWhileOthersUseTheServer) {
  constexpr ServerLoad kBusy{.has_others = true};
  EXPECT_TRUE(first_pace(kRules, kBusy).is_gentle);
  EXPECT_FALSE(first_pace(kRules, kCalm).is_gentle);
  EXPECT_TRUE(next_pace(kRules, {.rows = 2000}, {.rows = 2000, .duration = 70ms}, kBusy).is_gentle);
  EXPECT_FALSE(next_pace(kRules, {.rows = 2000, .is_gentle = true}, {.rows = 2000, .duration = 70ms}, kCalm).is_gentle);
  EXPECT_EQ(rest_after(400us), 1200us);
  EXPECT_EQ(rest_after(9s), std::nullopt) << "it has waited for a lock, and holds others";
}

TEST(Pace, WhatAGentleChunkHasRestedCounts) {
  constexpr ServerLoad kBusy{.has_others = true};
  const Pace pace{.rows = 2000, .is_gentle = true};
  EXPECT_EQ(next_pace(kRules, pace, {.rows = 2000, .duration = 70ms, .rested = 150ms}, kBusy).rest, 60ms);
  EXPECT_EQ(next_pace(kRules, pace, {.rows = 2000, .duration = 70ms, .rested = 240ms}, kBusy).rest, 0ms);
  const ChunkRules rules{.rows = 10000, .throttle = {.rows_per_second = 1000}};
  EXPECT_EQ(next_pace(rules, pace, {.rows = 2000, .duration = 200ms, .rested = 600ms}, kBusy).rest, 1200ms);
}

TEST(Pace, ChunksWhoseCostIsFixedAreNotTakenApart) {
  constexpr ServerLoad kBusy{.has_others = true};
  auto pace = first_pace(kRules, kBusy);
  for (int chunk = 0; chunk < 4; ++chunk)
    pace = next_pace(kRules, pace, {.rows = pace.rows, .duration = 3000ms}, kBusy);
  EXPECT_FALSE(pace.is_gentle);
}

TEST(Pace, AStrainedServerHalvesTheChunkAndDoublesThePauseUpToLimits) {
  auto pace = next_pace(kRules, {.rows = 8000}, {.rows = 8000, .duration = 20ms}, kSlow);
  expect_pace(pace, 4000, 100ms);
  pace = next_pace(kRules, pace, {.rows = 4000, .duration = 20ms}, kSlow);
  expect_pace(pace, 2000, 200ms);
  for (int chunk = 0; chunk < 20; ++chunk) pace = next_pace(kRules, pace, {.rows = pace.rows, .duration = 20ms}, kSlow);
  expect_pace(pace, 200, 5000ms);
}

TEST(Pace, ItRecoversWhenTheServerDoes) {
  Pace pace{.rows = 200, .back_off = 5000ms};
  for (int chunk = 0; chunk < 7; ++chunk) pace = next_pace(kRules, pace, {.rows = pace.rows, .duration = 5ms}, kCalm);
  EXPECT_EQ(pace.back_off, 0ms);
  EXPECT_EQ(pace.rest, 5ms);
  EXPECT_GT(pace.rows, 200);
}

TEST(Pace, EachLimitOfTheThrottleIsLookedAt) {
  const estate::Throttle limits{.lock_wait = 1000ms, .replication_lag = 10000ms, .latency = 100ms};
  EXPECT_FALSE(is_strained(limits, {.lock_wait = 1000ms, .replication_lag = 10000ms, .latency = 100ms}));
  EXPECT_TRUE(is_strained(limits, {.lock_wait = 1001ms}));
  EXPECT_TRUE(is_strained(limits, {.replication_lag = 10001ms}));
  EXPECT_TRUE(is_strained(limits, {.latency = 101ms}));
}

TEST(Pace, NoMoreRowsASecondThanTheEstateAllows) {
  const ChunkRules rules{.rows = 10000, .throttle = {.rows_per_second = 1000}};
  // 2,000 rows are two seconds' worth; a fifth of one has passed.
  EXPECT_EQ(next_pace(rules, {.rows = 2000}, {.rows = 2000, .duration = 200ms}, kCalm).rest, 1800ms);
  EXPECT_EQ(next_pace(rules, {.rows = 2000}, {.rows = 100, .duration = 300ms}, kCalm).rest, 300ms);
}

TEST(Pace, ChunksOfFewRowsStayWithinTheEstatesLimit) {
  const ChunkRules rules{.rows = 3, .throttle = {}};
  EXPECT_EQ(next_pace(rules, first_pace(rules), {.rows = 3, .duration = 1ms}, kCalm).rows, 3);
  EXPECT_EQ(next_pace(rules, first_pace(rules), {.rows = 3, .duration = 1ms}, kSlow).rows, 3);
}

}  // namespace
}  // namespace tenure::store
