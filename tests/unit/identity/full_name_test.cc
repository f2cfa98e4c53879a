#include "identity/full_name.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace tenure::identity {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string reason_against(const std::string& name) {
  try {
    checked_full_name(name);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "none";
}

TEST(FullName, LosesTheBlanksAroundIt) {
  EXPECT_EQ(checked_full_name(" \tNúria Ferré\r\n"), "Núria Ferré");
  EXPECT_EQ(checked_full_name("🥐"), "🥐");
}

TEST(FullName, IsCountedInCharacters) {
  for (const char* character : {"a", "é", "面", "🥐"}) {
    EXPECT_EQ(reason_against(repeated(character, 200)), "none");
    EXPECT_EQ(reason_against(repeated(character, 201)), "full_name: needs 1 to 200 characters");
  }
  for (const char* empty : {"", " ", "\t\r\n "}) {
    EXPECT_EQ(reason_against(empty), "full_name: needs 1 to 200 characters");
  }
}

TEST(FullName, HasNoControlCharacters) {
  for (const auto& name : {std::string("a\nb"), std::string("a\0b", 3), std::string("a\x1B[31mb"), std::string("a\x7F"),
                           std::string("a\xC2\x85"
                                       "b")}) {
    EXPECT_EQ(reason_against(name), "full_name: has a control character");
  }
}

TEST(FullName, IsUtf8) {
  for (const char* name : {"\x80", "a\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88",
                           "\xFF", "\xE9 a"}) {
    EXPECT_EQ(reason_against(name), "full_name: not UTF-8");
  }
}

}  // namespace
}  // namespace tenure::identity
