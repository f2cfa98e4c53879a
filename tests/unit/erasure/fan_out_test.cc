#include "erasure/fan_out.h"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace tenure::erasure {
namespace {

using Calls = FanOut<int, std::string>;

constexpr Milliseconds kNoGrace{0};

Deadline far() { return Deadline::after(std::chrono::minutes(5)); }

// C1: all at once.
TEST(FanOut, RunsCallsAtTheSameTime) {
  Calls calls(kNoGrace, {});
  const auto all_there = std::make_shared<std::latch>(3);
  for (const auto* name : {"a", "b", "c"}) {
    calls.start(name, far(), [all_there](const auto&) {
      all_there->arrive_and_wait();
      return 1;
    });
  }
  int answers = 0;
  while (const auto arrival = calls.next()) answers += std::get<int>(arrival->what);
  EXPECT_EQ(answers, 3);
}

TEST(FanOut, GivesNotesBeforeTheAnswer) {
  Calls calls(kNoGrace, {});
  calls.start("a", far(), [](const auto& notify) {
    notify("half");
    return 2;
  });
  EXPECT_EQ(std::get<std::string>(calls.next()->what), "half");
  EXPECT_EQ(std::get<int>(calls.next()->what), 2);
  EXPECT_FALSE(calls.next());
}

TEST(FanOut, TurnsAnyExceptionIntoAnError) {
  Calls calls(kNoGrace, {});
  calls.start("a", far(), [](const auto&) -> int { throw Error(ErrorCode::refused, "no"); });
  EXPECT_EQ(std::get<Error>(calls.next()->what).code(), ErrorCode::refused);
  calls.start("b", far(), [](const auto&) -> int { throw std::runtime_error("Jane Doe"); });
  const auto error = std::get<Error>(calls.next()->what);
  EXPECT_EQ(error.code(), ErrorCode::internal);
  EXPECT_EQ(std::string(error.what()).find("Jane"), std::string::npos);
}

// C1: a call that ignores its deadline holds up nobody.
TEST(FanOut, AbandonsACallThatIgnoresItsDeadlineAndForgetsItsLateAnswer) {
  std::promise<void> release;
  std::promise<void> left;
  Calls calls(Milliseconds(5), {});
  const auto released = release.get_future().share();
  calls.start("deaf", Deadline::after(Milliseconds(5)), [released, &left](const auto& notify) {
    released.wait();
    notify("late");
    left.set_value();
    return 1;
  });
  const auto arrival = calls.next();
  EXPECT_EQ(arrival->name, "deaf");
  EXPECT_TRUE(std::holds_alternative<Abandoned>(arrival->what));
  EXPECT_FALSE(calls.next());
  release.set_value();
  left.get_future().wait();
  calls.start("next", far(), [](const auto&) { return 7; });
  EXPECT_EQ(std::get<int>(calls.next()->what), 7);
}

TEST(FanOut, AfterAStopRequestWaitsForTheGraceOnly) {
  std::stop_source stop;
  std::promise<void> release;
  const auto released = release.get_future().share();
  Calls calls(Milliseconds(5), stop.get_token());
  calls.start("deaf", far(), [released](const auto&) {
    released.wait();
    return 1;
  });
  stop.request_stop();
  EXPECT_TRUE(std::holds_alternative<Abandoned>(calls.next()->what));
  release.set_value();
}

TEST(FanOut, TakesAnAnswerThatComesWithinTheGrace) {
  std::stop_source stop;
  Calls calls(std::chrono::minutes(5), stop.get_token());
  calls.start("polite", far(), [token = stop.get_token()](const auto&) {
    std::promise<void> stopped;
    const std::stop_callback on_stop(token, [&] { stopped.set_value(); });
    stopped.get_future().wait();
    return 3;
  });
  stop.request_stop();
  EXPECT_EQ(std::get<int>(calls.next()->what), 3);
}

}  // namespace
}  // namespace tenure::erasure
