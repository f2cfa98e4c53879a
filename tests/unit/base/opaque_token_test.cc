#include "base/opaque_token.h"

#include <gtest/gtest.h>

#include <set>

namespace tenure {
namespace {

// B5, B6: invitations and refresh tokens cannot be guessed, and the table does not hold them.
TEST(OpaqueToken, IsLongAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(make_opaque_token().reveal());
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(seen.begin()->size(), 43U);
}

TEST(OpaqueToken, IsStoredAsADigestOnly) {
  const auto token = make_opaque_token();
  const auto digest = digest_of_token(token);
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(digest, digest_of_token(token));
  EXPECT_NE(digest, digest_of_token(make_opaque_token()));
  EXPECT_EQ(digest.find(token.reveal()), std::string::npos);
}

}  // namespace
}  // namespace tenure
