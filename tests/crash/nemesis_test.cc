#include "tests/crash/nemesis.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/crash/effort.h"

// Everything fails at random, several jobs and two orchestrators at once (C5, C6, C7, C8, C11).
namespace tenure::crash {
namespace {

constexpr int kRuns = 2;
constexpr Milliseconds kDisturbed{7000};

TEST(NemesisTest, WhateverFailsEveryJobEndsRight) {
  const auto effort = Effort::from_environment();
  const auto end = Deadline::after(effort.nemesis.value_or(Milliseconds(0)));
  for (unsigned run = 0; run < kRuns || !end.has_passed(); ++run) {
    const auto seed = effort.seed + run;
    std::cout << "nemesis with seed " << seed << std::endl;
    Nemesis nemesis(seed);
    const auto problems = nemesis.run(kDisturbed);
    ASSERT_TRUE(problems.empty()) << fmt::format("{}", fmt::join(problems, "\n")) << "\n"
                                  << nemesis.story() << "Again: TENURE_CRASH_SEED=" << seed;
  }
}

}  // namespace
}  // namespace tenure::crash
