#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>

#include "tests/crash/course.h"

// C5: an orphaned job is taken over in seconds.
namespace tenure::crash {
namespace {

constexpr Milliseconds kTick{20};
constexpr Milliseconds kPatience{std::chrono::minutes(1)};
constexpr Milliseconds kSoon{10000};

/// Stops the process at a moment when it holds nothing that others would wait for.
void stop_between_transactions(const World& world, const Node& node) {
  const auto end = Deadline::after(kPatience);
  do {
    node.send_signal(SIGCONT);
    node.has_ended_within(kTick);
    node.send_signal(SIGSTOP);
    while (!node.is_stopped() && !end.has_passed()) node.has_ended_within(kTick);
  } while (world.has_open_transactions() && !end.has_passed());
}

TEST(TakeoverTest, ALivingOrchestratorTakesOverTheJobOfOneThatWasKilled) {
  World world;
  const auto& scenario = scenarios().front();
  Course course(world, scenario, {});
  const auto estate = world.write_estate(scenario.estate);
  auto other = world.serve(estate);
  ASSERT_TRUE(other->ask("GET", "/health/live", world.token())) << other->errors();
  // So that the job is not its own from the start.
  stop_between_transactions(world, *other);
  auto& owner = course.start("step.begin.after=kill");
  ASSERT_EQ(course.follow(owner), Course::Turn::dead);
  other->send_signal(SIGCONT);
  const auto death = std::chrono::steady_clock::now();
  const auto epoch = course.epoch();
  const auto end = Deadline::after(kPatience);
  while (course.epoch() == epoch && !end.has_passed()) other->has_ended_within(kTick);
  const auto taken = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - death);
  ASSERT_GT(course.epoch(), epoch) << "nobody took the job over\n" << other->errors();
  std::cout << "taken over after " << taken.count() << " ms" << std::endl;
  EXPECT_LT(taken, kSoon);
  EXPECT_EQ(course.follow(*other), Course::Turn::settled);
  EXPECT_EQ(course.state(), "completed") << other->errors();
  EXPECT_TRUE(course.problems().empty()) << course.problems().front();
}

}  // namespace
}  // namespace tenure::crash
