#include "base/secret.h"

#include <fmt/ostream.h>
#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace tenure {
namespace {

template <class T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

// E7: no secret in a log, ever. What would print one does not compile.
static_assert(!Streamable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(Streamable<std::string> && fmt::is_formattable<std::string>::value);

TEST(Secret, GivesItsValueOnlyWhenAsked) {
  EXPECT_EQ(Secret("s3cret").reveal(), "s3cret");
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret("a") == Secret("a"));
  EXPECT_FALSE(Secret("a") == Secret("b"));
}

TEST(Secret, IsOverwrittenWhenWiped) {
  std::string text = "a secret that is too long to stand in the string itself";
  const char* bytes = text.data();
  Secret::wipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);
  EXPECT_EQ(std::string(bytes, text.capacity()), std::string(text.capacity(), '\0'));
}

TEST(Secret, KeepsItsValueThroughCopiesAndMoves) {
  for (const std::string value : {"short", "a secret that is too long to stand in the string itself"}) {
    Secret one(value);
    Secret two = one;
    const Secret three = std::move(one);
    one = two;
    two = Secret("other");
    EXPECT_EQ(one.reveal() + two.reveal() + three.reveal(), value + "other" + value);
  }
}

}  // namespace
}  // namespace tenure
