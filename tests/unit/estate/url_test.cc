#include "estate/url.h"

#include <gtest/gtest.h>

#include <string>

namespace tenure::estate {
namespace {

TEST(Url, OfAServiceMayHaveEveryKindOfHost) {
  for (const auto* text : {"http://crm", "https://crm.internal:8443", "http://127.0.0.1:80", "http://[::1]",
                           "http://[2001:db8::1]:65535", "https://a_b-c.D"}) {
    EXPECT_EQ(problem_of_url(text), "") << text;
  }
}

// B6: keys that were changed on their way would let anybody in.
TEST(Url, OfKeysIsHttpsOrOnThisMachine) {
  for (const auto* text :
       {"https://id.example/keys", "https://id.example:8443/a/b.json?tenant=x", "https://[::1]/k", "http://localhost/k",
        "http://localhost:8080/k", "http://127.0.0.1:80/k", "http://[::1]:9000/k", "https://id.example/a@b"}) {
    EXPECT_EQ(problem_of_jwks_url(text), "") << text;
  }
  for (const auto* text : {"http://id.example/k", "http://localhost.example/k", "http://127.0.0.1.example/k",
                           "http://127.0.0.2/k", "http://[::2]/k", "ftp://localhost/k", "id.example/k", ""}) {
    EXPECT_EQ(problem_of_jwks_url(text), "must begin with https://; http:// is for this machine alone") << text;
  }
}

TEST(Url, OfKeysHasAPathAndNoUser) {
  for (const auto* text : {"https://id.example", "https://id.example/", "https://id.example?a=b", "https://id#/k"}) {
    EXPECT_EQ(problem_of_jwks_url(text), "must have the path of the set of keys") << text;
  }
  for (const auto* text : {"https://id/k#1", "https://id/a b", "https://id/schl\xc3\xbcssel"}) {
    EXPECT_EQ(problem_of_jwks_url(text), "must be plain ASCII without spaces and without a fragment") << text;
  }
  EXPECT_EQ(problem_of_jwks_url("https://u:p@id.example/k"), "must not hold a user or a password");
  EXPECT_EQ(problem_of_jwks_url("http://id.example@localhost/k"), "must not hold a user or a password");
  EXPECT_EQ(problem_of_jwks_url("https:///k"), "has no valid host");
  EXPECT_EQ(problem_of_jwks_url("https://id:0/k"), "must have a port from 1 to 65535");
}

TEST(HostName, IsOfLowerCaseLabels) {
  const std::string longest_label(63, 'x');
  for (const auto& text : {std::string("bakery.example"), std::string("localhost"), std::string("3.a-b.xn--p1ai"),
                           longest_label + ".example"}) {
    EXPECT_TRUE(is_host_name(text)) << text;
  }
  for (const auto& text :
       {std::string(""), std::string("Bakery.example"), std::string(".example"), std::string("bakery.example."),
        std::string("a..b"), std::string("-a.b"), std::string("a-.b"), std::string("a_b.c"), std::string("10.0.0.1"),
        std::string("a.b:80"), std::string("*.a"), "x" + longest_label + ".example"}) {
    EXPECT_FALSE(is_host_name(text)) << text;
  }
  std::string long_name = "e";
  while (long_name.size() < 253) long_name.insert(0, "a.");
  EXPECT_TRUE(is_host_name(long_name));
  EXPECT_FALSE(is_host_name("b" + long_name));
}

}  // namespace
}  // namespace tenure::estate
