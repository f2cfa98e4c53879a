#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tenure {
namespace {

TEST(Error, ContextIsAddedOutermostFirst) {
  Error error(ErrorCode::conflict, "the fence is newer");
  error.in("step 3");
  error.in("service orders");
  EXPECT_STREQ(error.what(), "service orders: step 3: the fence is newer");
}

TEST(Error, ContextKeepsEverythingElse) {
  const auto error = Error(ErrorCode::unavailable, "connection lost", Retry::later)
                         .with_problems({"a", "b"})
                         .with_sqlstate("57P01")
                         .in("service orders");
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_THAT(error.problems(), testing::ElementsAre("a", "b"));
  EXPECT_STREQ(error.what(), "service orders: connection lost");
}

TEST(Error, NothingIsRetriedUnlessSaid) { EXPECT_EQ(Error(ErrorCode::timeout, "x").retry(), Retry::never); }

TEST(Error, EveryCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    EXPECT_TRUE(names.insert(to_string(static_cast<ErrorCode>(code))).second);
  }
  EXPECT_EQ(names.size(), 13U);
}

}  // namespace
}  // namespace tenure
