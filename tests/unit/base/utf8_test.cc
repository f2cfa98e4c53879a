#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tenure {
namespace {

TEST(Utf8, IsTakenCharacterByCharacter) {
  const std::string text = "a\xC3\xBA\xE2\x82\xAC\xF0\x9F\xA5\x96";
  std::string_view rest = text;
  for (const std::uint32_t expected : {0x61U, 0xFAU, 0x20ACU, 0x1F956U}) EXPECT_EQ(take_character(rest), expected);
  EXPECT_TRUE(rest.empty());
  EXPECT_TRUE(is_utf8(text));
  EXPECT_TRUE(is_utf8(""));
}

// RFC 3629: what one decoder reads as a slash and another as nothing must not pass.
TEST(Utf8, IsRefusedInOtherSpellings) {
  for (const auto* text : {"\xff", "\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xe2\x82",
                           "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    std::string_view rest = text;
    EXPECT_EQ(take_character(rest), std::nullopt);
    EXPECT_EQ(rest, text) << "nothing was taken";
    EXPECT_FALSE(is_utf8(std::string("good") + text));
    EXPECT_EQ(find_invalid_utf8(std::string("good") + text + "!"), 4U);
  }
}

}  // namespace
}  // namespace tenure
