#include "base/digest.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

TEST(Digest, IsSixtyFourHexadecimalDigitsAndTheSameEachTime) {
  const auto once = Digest().add("orders").add("17").hex();
  EXPECT_EQ(once.size(), 64U);
  EXPECT_EQ(once.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(once, Digest().add("orders").add("17").hex());
}

TEST(Digest, PartsDoNotRunTogether) {
  EXPECT_NE(Digest().add("ab").add("c").hex(), Digest().add("a").add("bc").hex());
  EXPECT_NE(Digest().add("").hex(), Digest().hex());
}

}  // namespace
}  // namespace tenure
