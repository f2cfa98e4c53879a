#include "identity/token.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/crafted_token.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace tenure::identity {
namespace {

using std::chrono::seconds;
using test::ManualClock;
using test::TemporaryFolder;

struct TokenTest : ::testing::Test {
  ManualClock clock;
  TemporaryFolder folder;
  SigningKeys keys{folder.path(), clock};

  std::string reason_against(const std::string& token, const std::vector<std::string>& audiences = {"orders"}) {
    try {
      verify_token(keys, clock, token, audiences);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unauthenticated);
      return error.what();
    }
    return "accepted";
  }
};

// B6
TEST_F(TokenTest, NamesTheServiceThatItWasIssuedTo) {
  const auto token = issue_service_token(keys, clock, "orchestrator", "orders");
  const auto principal = verify_token(keys, clock, token.reveal(), {"orders", "tenure"});
  EXPECT_EQ(principal, (Principal{Principal::Kind::service, "orchestrator"}));
}

TEST_F(TokenTest, NamesTheUserThatItWasIssuedTo) {
  const auto user = UserId::random();
  const auto session = Uuid::random();
  const auto token = issue_user_token(keys, clock, user, session, "tenure");
  const auto principal = verify_token(keys, clock, token.reveal(), {"tenure"});
  EXPECT_EQ(principal, (Principal{Principal::Kind::user, user.str(), session}));
  EXPECT_EQ(principal.user(), user);
  EXPECT_FALSE(principal.is_platform_admin);
}

TEST_F(TokenTest, OfAServiceNamesNoUser) {
  const auto token = issue_service_token(keys, clock, "orchestrator", "orders");
  const auto principal = verify_token(keys, clock, token.reveal(), {"orders"});
  EXPECT_FALSE(principal.session);
  EXPECT_THROW(principal.user(), Error);
}

TEST_F(TokenTest, NamesAUserInOneSpelling) {
  auto claims = test::good_claims("orders");
  claims["kind"] = "user";
  claims["sub"] = "0F8FAD5B-D9CB-469F-A165-70867728950E";
  claims["sid"] = Uuid::random().str();
  const auto token = test::craft_token(test::good_header(keys), claims, test::signer_of(keys));
  EXPECT_EQ(verify_token(keys, clock, token, {"orders"}).name, "0f8fad5b-d9cb-469f-a165-70867728950e");
}

// Only the account says who is an admin, so a claim that says it is worth nothing.
TEST_F(TokenTest, CannotMakeItsUserAnAdmin) {
  auto claims = test::good_claims("orders");
  claims["kind"] = "user";
  claims["sub"] = Uuid::random().str();
  claims["sid"] = Uuid::random().str();
  claims["is_platform_admin"] = true;
  const auto token = test::craft_token(test::good_header(keys), claims, test::signer_of(keys));
  EXPECT_FALSE(verify_token(keys, clock, token, {"orders"}).is_platform_admin);
}

TEST_F(TokenTest, EndsAfterItsTimeToLive) {
  const auto token = issue_service_token(keys, clock, "orchestrator", "orders", seconds(60)).reveal();
  clock.advance(seconds(59));
  EXPECT_EQ(reason_against(token), "accepted");
  clock.advance(seconds(1));
  EXPECT_EQ(reason_against(token), "token: expired");
}

TEST_F(TokenTest, IsNotIssuedForLongerThanAllowed) {
  EXPECT_THROW(issue_service_token(keys, clock, "orchestrator", "orders", seconds(301)), Error);
  EXPECT_THROW(issue_user_token(keys, clock, UserId::random(), Uuid::random(), "tenure", seconds(901)), Error);
  EXPECT_THROW(issue_service_token(keys, clock, "orchestrator", "orders", seconds(0)), Error);
}

TEST_F(TokenTest, IsValidAcrossARotationAndNotAfterTheOldKeyIsGone) {
  const auto token = issue_service_token(keys, clock, "orchestrator", "orders").reveal();
  const auto old = keys.newest().id();
  clock.advance(seconds(1));
  keys.rotate();
  EXPECT_EQ(reason_against(token), "accepted");
  keys.retire(old);
  EXPECT_EQ(reason_against(token), "token: kid is not a key of this estate");
}

TEST_F(TokenTest, IsAcceptedWhenCraftedAsTheIssuerDoes) {
  const auto token = test::craft_token(test::good_header(keys), test::good_claims("orders"), test::signer_of(keys));
  EXPECT_EQ(reason_against(token), "accepted") << "the forgeries below would prove nothing";
}

// B6: a pinned algorithm, iss, aud, exp, key id.
TEST_F(TokenTest, IsRefusedForEveryForgeryAndTheReasonHoldsNothingOfIt) {
  for (const auto& [name, token] : test::forged_tokens(keys, "orders")) {
    const auto reason = reason_against(token);
    EXPECT_EQ(reason.rfind("token: ", 0), 0U) << name << ": " << reason;
    EXPECT_LT(reason.size(), 60U) << name;
    EXPECT_EQ(reason.find(token.substr(0, 20)), std::string::npos) << name;
  }
}

TEST_F(TokenTest, SaysWhatIsWrongWithIt) {
  const auto forged = test::forged_tokens(keys, "orders");
  EXPECT_EQ(reason_against(forged.at("alg none")), "token: alg is not ES256");
  EXPECT_EQ(reason_against(forged.at("wrong audience")), "token: aud is another service");
  EXPECT_EQ(reason_against(forged.at("wrong issuer")), "token: iss is not this estate");
  EXPECT_EQ(reason_against(forged.at("nbf in the future")), "token: not valid yet");
  EXPECT_EQ(reason_against(forged.at("payload changed")), "token: the signature is wrong");
  EXPECT_EQ(reason_against(forged.at("lives too long")), "token: lives longer than allowed");
  EXPECT_EQ(reason_against(forged.at("a little too long")), "token: too long");
  EXPECT_EQ(reason_against(forged.at("user without a session")), "token: sid is no id of a user token");
  EXPECT_EQ(reason_against(forged.at("user who is no UUID")), "token: sub is no id of a user token");
}

}  // namespace
}  // namespace tenure::identity
