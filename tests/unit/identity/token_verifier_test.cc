#include "identity/token_verifier.h"

#include "tests/unit/identity/external_provider_test.h"

namespace tenure::identity {
namespace {

class TokenVerifierTest : public ExternalProviderTest {
 protected:
  std::string reason_against(const TokenVerifier& verifier, const std::string& token, bool is_for_users = true) {
    try {
      verifier.verify(token, {"tenure"}, is_for_users);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unauthenticated) << error.what();
      return error.what();
    }
    return "accepted";
  }

  SigningKeys keys_{folder_ / "ours", clock_};
  TokenVerifier both_{keys_, clock_, &provider_};
  TokenVerifier alone_{keys_, clock_};
};

TEST_F(TokenVerifierTest, KeyOfTheTokenSaysWhoIsAsked) {
  const auto own = issue_user_token(keys_, clock_, user_, Uuid::random(), "tenure");
  EXPECT_TRUE(both_.verify(own.reveal(), {"tenure"}, true).session);
  EXPECT_TRUE(alone_.verify(own.reveal(), {"tenure"}, true).session);
  EXPECT_EQ(fetches_, 0);
  EXPECT_FALSE(both_.verify(token(), {"tenure"}, true).session);
  EXPECT_EQ(fetches_, 1);
}

TEST_F(TokenVerifierTest, ProviderIsAskedOnlyWhereItsUsersMayCall) {
  EXPECT_EQ(reason_against(both_, token(), false), "token: kid is not a key of this estate");
  EXPECT_EQ(reason_against(alone_, token()), "token: kid is not a key of this estate");
  EXPECT_EQ(fetches_, 0);
}

TEST_F(TokenVerifierTest, ProviderCannotSpeakForTheEstate) {
  auto claims = test::good_claims("tenure");
  EXPECT_EQ(reason_against(both_, token_of(claims)), "token: iss is not the trusted provider");
  claims["iss"] = "https://id.example";
  claims["aud"] = "bakery";
  claims["sub"] = user_.str();
  EXPECT_TRUE(both_.verify(token_of(claims), {"tenure"}, true).is_user()) << "its kind is not believed";
}

TEST_F(TokenVerifierTest, EstateCannotSpeakForTheProvider) {
  const auto token = test::craft_token(test::good_header(keys_), claims(), test::signer_of(keys_));
  EXPECT_EQ(reason_against(both_, token), "token: iss is not this estate");
}

// The provider publishes a key under the id of one of ours.
TEST_F(TokenVerifierTest, ProviderCannotReplaceAKeyOfTheEstate) {
  auto set = nlohmann::json::parse(jwks_of(their_keys_));
  set["keys"][0]["kid"] = keys_.newest().id();
  published_ = set.dump();
  const auto forged = test::craft_token(test::good_header(keys_), claims(), test::signer_of(their_keys_));
  EXPECT_EQ(reason_against(both_, forged), "token: the signature is wrong");
  EXPECT_EQ(fetches_, 0);
}

// B6
TEST_F(TokenVerifierTest, EveryForgeryIsRefusedWithAProviderToo) {
  for (const auto& [name, token] : test::forged_tokens(keys_, "tenure")) {
    EXPECT_EQ(reason_against(both_, token).rfind("token: ", 0), 0U) << name;
  }
}

// E1
TEST_F(TokenVerifierTest, ScraperIsKnownByItsWholeTokenAndByNoOther) {
  const TokenVerifier verifier(keys_, clock_, nullptr, Secret("a-token-of-the-scraper"));
  EXPECT_TRUE(verifier.is_of_scraper("a-token-of-the-scraper"));
  for (const auto* other : {"", "a", "a-token-of-the-scrape", "a-token-of-the-scraper ", "A-token-of-the-scraper"}) {
    EXPECT_FALSE(verifier.is_of_scraper(other)) << other;
  }
  EXPECT_FALSE(alone_.is_of_scraper("")) << "there is none";
  EXPECT_EQ(reason_against(verifier, "a-token-of-the-scraper").rfind("token: ", 0), 0U) << "and good for nothing else";
}

}  // namespace
}  // namespace tenure::identity
