#include "tests/unit/identity/external_provider_test.h"

#include "tests/support/rsa_key.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

// B6: an external OpenID provider's JWKS can be trusted.
TEST_F(ExternalProviderTest, UserIsTheOneOfTheToken) {
  const auto principal = provider_.verify(token());
  EXPECT_EQ(principal.kind, Principal::Kind::user);
  EXPECT_EQ(principal.user(), user_);
  EXPECT_FALSE(principal.session) << "sessions are this estate's own";
  EXPECT_FALSE(principal.is_platform_admin);
}

TEST_F(ExternalProviderTest, RsaTokenIsAccepted) {
  const test::RsaKey rsa;
  published_ = json{{"keys", {rsa.jwk("r")}}}.dump();
  const auto sign = [&](const std::string& message) { return rsa.sign(message); };
  EXPECT_EQ(reason_against(test::craft_token({{"alg", "RS256"}, {"kid", "r"}}, claims(), sign)), "accepted");
}

TEST_F(ExternalProviderTest, KeySaysTheAlgorithmAndNotTheToken) {
  const test::RsaKey rsa;
  auto set = json::parse(jwks_of(their_keys_));
  const auto ec_id = set.at("keys").at(0).at("kid");
  set["keys"].push_back(rsa.jwk("r"));
  published_ = set.dump();
  const auto by_rsa = [&](const std::string& message) { return rsa.sign(message); };
  const auto by_ec = test::signer_of(their_keys_);
  const auto nothing = [](const std::string&) { return std::string(); };
  const auto crafted = [&](const char* algorithm, const json& kid, const test::Signer& sign) {
    return test::craft_token({{"alg", algorithm}, {"kid", kid}}, claims(), sign);
  };
  EXPECT_EQ(reason_against(crafted("RS256", ec_id, by_rsa)), "token: alg is not the one of its key");
  EXPECT_EQ(reason_against(crafted("RS256", ec_id, by_ec)), "token: alg is not the one of its key");
  EXPECT_EQ(reason_against(crafted("ES256", "r", by_ec)), "token: alg is not the one of its key");
  EXPECT_EQ(reason_against(crafted("ES256", ec_id, by_rsa)), "token: the signature is wrong");
  EXPECT_EQ(reason_against(crafted("RS256", "r", by_ec)), "token: the signature is wrong");
  for (const char* algorithm : {"none", "None", "", "HS256", "PS256", "es256"}) {
    EXPECT_EQ(reason_against(crafted(algorithm, ec_id, nothing)), "token: alg is neither ES256 nor RS256") << algorithm;
    EXPECT_EQ(reason_against(crafted(algorithm, "r", by_rsa)), "token: alg is neither ES256 nor RS256") << algorithm;
  }
}

TEST_F(ExternalProviderTest, IssuerAndAudienceMustBeTheSetOnes) {
  for (const json& issuer : {json("https://id.example/"), json("https://ID.example"), json("tenure"), json(),
                             json::array({"https://id.example"})}) {
    EXPECT_EQ(reason_against(token_of(claims_with("iss", issuer))), "token: iss is not the trusted provider") << issuer;
  }
  for (const json& audience : {json("bakery "), json("tenure"), json(), json::array(), json::array({"other"}),
                               json::array({json::array({"bakery"})}), json::object({{"bakery", true}})}) {
    EXPECT_EQ(reason_against(token_of(claims_with("aud", audience))), "token: aud is another service") << audience;
  }
  EXPECT_EQ(reason_against(token_of(claims_with("aud", json::array({"other", "bakery"})))), "accepted");
}

TEST_F(ExternalProviderTest, TokenMustBeCurrentAndLiveADayAtMost) {
  const auto now = claims().at("iat").get<std::int64_t>();
  EXPECT_EQ(reason_against(token_of(claims_with("exp", now))), "token: expired");
  EXPECT_EQ(reason_against(token_of(claims_with("nbf", now + 60))), "token: not valid yet");
  EXPECT_EQ(reason_against(token_of(claims_with("exp", now + 24 * 3600))), "accepted");
  EXPECT_EQ(reason_against(token_of(claims_with("exp", now + 24 * 3600 + 1))), "token: lives longer than allowed");
}

TEST_F(ExternalProviderTest, UserClaimMustBeAUuid) {
  for (const json& subject : {json("me@bakery.example"), json(""), json(7), json(), json::array({user_.str()})}) {
    EXPECT_EQ(reason_against(token_of(claims_with("sub", subject))),
              "token: the provider's claim for the user is not a UUID");
  }
}

TEST_F(ExternalProviderTest, UserClaimCanBeAnother) {
  ExternalProvider provider(
      {.issuer = "https://id.example", .audience = "bakery", .user_claim = "oid"}, [this] { return fetch(); }, clock_);
  const auto other = UserId::random();
  EXPECT_EQ(provider.verify(token_of(claims_with("oid", other.str()))).user(), other);
}

TEST_F(ExternalProviderTest, AdminClaimIsTrueOrNamesTheRole) {
  const auto is_admin = [&](const json& roles) {
    return provider_.verify(token_of(claims_with("roles", roles))).is_platform_admin;
  };
  EXPECT_TRUE(is_admin(true));
  EXPECT_TRUE(is_admin({"baker", "platform-admin"}));
  for (const json& roles : {json(false), json("true"), json("platform-admin"), json(1), json::array(), json(),
                            json::array({"platform-admins"}), json{{"platform-admin", true}}}) {
    EXPECT_FALSE(is_admin(roles)) << roles;
  }
}

TEST_F(ExternalProviderTest, NobodyIsAnAdminWithoutAnAdminClaim) {
  ExternalProvider provider(
      {.issuer = "https://id.example", .audience = "bakery"}, [this] { return fetch(); }, clock_);
  EXPECT_FALSE(provider.verify(token_of(claims_with("", true))).is_platform_admin);
}

TEST_F(ExternalProviderTest, MessageHoldsNothingOfTheToken) {
  const auto reason = reason_against(token_of(claims_with("sub", "me@bakery.example")));
  EXPECT_EQ(reason.find("bakery.example"), std::string::npos) << reason;
}

}  // namespace
}  // namespace tenure::identity
