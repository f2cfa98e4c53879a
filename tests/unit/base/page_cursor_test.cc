#include "base/page_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace tenure {
namespace {

const Uuid kId = Uuid::parse("7d3a0f9e-0c4b-4a53-9c1e-5b7f0d7f2a11", "id");

// C4: paging.
TEST(Cursor, IsReadBackExactly) {
  for (const std::int64_t micros : {0L, -5L, 1'772'366'400'123'456L}) {
    const PageCursor cursor{micros, kId};
    EXPECT_EQ(decode_cursor(encode_cursor(cursor)), cursor);
  }
}

TEST(Cursor, NeedsNoEscapingInAUrl) {
  EXPECT_THAT(encode_cursor({1'772'366'400'123'456, kId}), ::testing::MatchesRegex("[A-Za-z0-9_-]+"));
}

// Bad input: a malformed cursor names its field.
TEST(Cursor, RefusesWhatItDidNotWrite) {
  const std::string good = encode_cursor({1'772'366'400'123'456, kId});
  std::string other_last_bits = good;
  other_last_bits.back() = other_last_bits.back() == 'B' ? 'C' : 'B';
  const std::string malformed[] = {"",
                                   "x",
                                   "!!!!",
                                   good + "=",
                                   good.substr(0, good.size() - 4),
                                   good + "AAAA",
                                   "MS8yLzM",
                                   other_last_bits,
                                   std::string(5000, 'A')};
  for (const auto& text : malformed) {
    try {
      decode_cursor(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_TRUE(std::string_view(error.what()).starts_with("cursor: ")) << error.what();
    }
  }
}

}  // namespace
}  // namespace tenure
