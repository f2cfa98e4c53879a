#include "tests/support/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <stdexcept>

// A program that a test had to kill is not taken for one that was killed as the test wanted.
namespace tenure::test {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Process, SaysThatItHadToKillAProgramThatDoesNotEnd) {
  Process endless({"sleep", "3600"});
  EXPECT_THAT([&] { endless.wait(std::chrono::milliseconds(1)); },
              ThrowsMessage<std::runtime_error>(HasSubstr("did not end")));
  EXPECT_EQ(endless.wait(), 128 + SIGKILL) << "it is over all the same";
}

TEST(Process, ReturnsTheSignalThatEndedAProgram) {
  Process killed({"sh", "-c", "kill -KILL $$"});
  EXPECT_EQ(killed.wait(), 128 + SIGKILL);
}

}  // namespace
}  // namespace tenure::test
