#include "cli/log.h"

#include <gtest/gtest.h>

// What a process says about its work is JSON on standard error, whatever the texts are of.
namespace tenure::cli {
namespace {

TEST(Log, WritesALineOfJsonOnStandardError) {
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  log_line({{"event", "swept"}, {"job", "j1"}});
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  const auto line = nlohmann::json::parse(::testing::internal::GetCapturedStderr());
  EXPECT_EQ(line["event"], "swept");
  EXPECT_EQ(line["job"], "j1");
  EXPECT_TRUE(line.contains("time"));
}

TEST(Log, TakesAnErrorThatIsNotUtf8) {
  ::testing::internal::CaptureStderr();
  EXPECT_NO_THROW(log_error("message_error", "caf\xe9"));
  EXPECT_EQ(nlohmann::json::parse(::testing::internal::GetCapturedStderr())["error"], "caf\xef\xbf\xbd");
}

}  // namespace
}  // namespace tenure::cli
