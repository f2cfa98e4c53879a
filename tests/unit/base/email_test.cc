#include "base/email.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace tenure {
namespace {

// B5, B6: one person has one spelling.
TEST(Email, HasOneSpelling) {
  EXPECT_EQ(Email::parse("  Ana.Lopez@Example.COM\n").address(), "ana.lopez@example.com");
  EXPECT_EQ(Email::parse("a@b.co"), Email::parse("A@B.CO"));
}

// Bad input: names the field and never repeats the address.
TEST(Email, RefusesWhatIsNone) {
  for (const auto& text :
       {std::string(), std::string("@"), std::string("a@"), std::string("@b.co"), std::string("a@b"),
        std::string("a b@c.co"), std::string("a@b..co"), std::string("a@.co"), std::string("a@b.co."),
        std::string("a@-b.co"), std::string("a@b@c.co"), std::string("a@b_c.co"), std::string("<a@b.co>"),
        std::string("a\0@b.co", 7), std::string("\xC3\xA4@b.co"), std::string(65, 'a') + "@b.co",
        "a@" + std::string(250, 'b') + ".co"}) {
    try {
      Email::parse(text, "email");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_STREQ(error.what(), "email: not an e-mail address");
    }
  }
}

}  // namespace
}  // namespace tenure
