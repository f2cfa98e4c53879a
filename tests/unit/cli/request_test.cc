#include "cli/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "tests/support/error_of.h"

// What the command line says becomes a path, a query and a body that can mean nothing else ("Bad input").

namespace tenure::cli {
namespace {

using test::error_of;

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kId = "7d3c1c8e-5a55-4c0e-9d0a-2f6f6f1b7a10";

TEST(RequestPath, IdsAreUuidsAndWrittenInLowerCase) {
  EXPECT_EQ(tenant_path({.tenant = "7D3C1C8E-5A55-4C0E-9D0A-2F6F6F1B7A10"}), std::string("/api/v1/tenants/") + kId);
  EXPECT_EQ(tenant_path({.tenant = kId}, "members"), std::string("/api/v1/tenants/") + kId + "/members");
  EXPECT_EQ(user_path({.user = kId}, "deletion-preview"),
            std::string("/api/v1/auth/users/") + kId + "/deletion-preview");
  for (const auto* text : {"", "current", "../users", "7d3c1c8e"}) {
    EXPECT_THAT(error_of([&] { tenant_path({.tenant = text}); }).what(), HasSubstr("tenant_id: ")) << text;
    EXPECT_THAT(error_of([&] { user_path({.user = text}); }).what(), HasSubstr("user_id: ")) << text;
  }
}

TEST(RequestPath, SegmentIsOneSegment) {
  EXPECT_EQ(path_segment("shop.example", "domain"), "shop.example");
  EXPECT_EQ(path_segment("a b&c?d#e", "name"), "a%20b%26c%3Fd%23e");
  EXPECT_EQ(path_segment("größe", "name"), "gr%C3%B6%C3%9Fe");
  for (const auto& text : {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("a\\b"),
                           std::string("a;b"), std::string("%2f"), std::string("a\nb"), std::string("a\0b", 3)}) {
    const auto error = error_of([&] { path_segment(text, "domain"); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("domain: "));
  }
}

TEST(RequestPath, PageHasItsLimitAndCursor) {
  EXPECT_EQ(page_path({.limit = 7}, "/x"), "/x?limit=7");
  EXPECT_EQ(page_path({.limit = 7, .cursor = "a+b&limit=500"}, "/x"), "/x?limit=7&cursor=a%2Bb%26limit%3D500");
}

TEST(RequestBody, HasTheFieldsThatWereGivenAndIsUtf8) {
  EXPECT_EQ(body_of({{"name", "Forn"}, {"slug", std::nullopt}, {"empty", ""}}),
            (json{{"name", "Forn"}, {"empty", ""}}));
  EXPECT_EQ(body_of({}), json::object());
  const auto error = error_of([] { body_of({{"name", "Forn"}, {"slug", "\xff"}}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_STREQ(error.what(), "slug: not UTF-8");
}

}  // namespace
}  // namespace tenure::cli
