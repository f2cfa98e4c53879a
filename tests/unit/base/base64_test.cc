// Base64 and HMAC, by the vectors of their specifications; what signs webhooks (spec E4).
#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/hmac.h"

namespace tenure {
namespace {

TEST(Base64, IsThatOfTheSpecification) {
  for (const auto& [bytes, text] : {std::pair<std::string, std::string>{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foobar", "Zm9vYmFy"},
                                    {"\xfb\xff", "+/8="}}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, NothingElseIsRead) {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Z", "Zm9v ", "Zm 9v", "Zm9v\n", "-_8=", "Zh=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(byte) >> 4U];
    text += kDigits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

TEST(Hmac, IsThatOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(Secret("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(hmac_sha256(Secret(std::string(131, '\xaa')), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace tenure
