#include "identity/jwks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/base64url.h"
#include "base/error.h"
#include "tests/support/manual_clock.h"
#include "tests/support/rsa_key.h"
#include "tests/support/temporary_folder.h"

namespace tenure::identity {
namespace {

using nlohmann::json;
using test::RsaKey;

struct JwksTest : ::testing::Test {
  test::ManualClock clock;
  test::TemporaryFolder folder;
  SigningKeys keys{folder.path(), clock};

  json own_jwk() const { return json::parse(jwks_of(keys)).at("keys").at(0); }

  /// The ids of the keys of a set of these entries, in order, that can be used.
  static std::vector<std::string> usable(const json& entries) {
    std::vector<std::string> ids;
    try {
      for (const auto& key : parse_jwks(json{{"keys", entries}}.dump())) ids.push_back(key.id());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt);
    }
    return ids;
  }

  json changed(const char* name, const json& value) const {
    auto entry = own_jwk();
    entry[name] = value;
    return entry;
  }
};

using Ids = std::vector<std::string>;

// B6: keys are published as JWKS.
TEST_F(JwksTest, PublishedSetVerifiesWhatEachKeySigned) {
  const auto old = keys.newest();
  clock.advance(std::chrono::seconds(1));
  const auto fresh = keys.rotate();
  const auto parsed = parse_jwks(jwks_of(keys));
  ASSERT_EQ(parsed.size(), 2U);
  EXPECT_EQ(parsed[0].id(), fresh.id()) << "the newest first";
  EXPECT_EQ(parsed[1].id(), old.id());
  EXPECT_EQ(parsed[0].algorithm_name(), "ES256");
  EXPECT_TRUE(parsed[0].verify("message", fresh.sign("message")));
  EXPECT_TRUE(parsed[1].verify("message", old.sign("message")));
  EXPECT_FALSE(parsed[0].verify("message", old.sign("message")));
  EXPECT_FALSE(parsed[0].verify("massage", fresh.sign("message")));
}

TEST_F(JwksTest, PublishedKeyHasItsPublicMembersOnly) {
  std::vector<std::string> names;
  const auto entry = own_jwk();
  for (const auto& [name, value] : entry.items()) names.push_back(name);
  EXPECT_EQ(names, (Ids{"alg", "crv", "kid", "kty", "use", "x", "y"}));
  EXPECT_EQ(entry.at("use"), "sig");
}

TEST_F(JwksTest, RsaKeyVerifiesRs256AndNothingElse) {
  const RsaKey rsa;
  const auto parsed = parse_jwks(json{{"keys", {rsa.jwk("r")}}}.dump());
  ASSERT_EQ(parsed.size(), 1U);
  EXPECT_EQ(parsed[0].algorithm(), PublicJwk::Algorithm::rs256);
  EXPECT_EQ(parsed[0].algorithm_name(), "RS256");
  EXPECT_TRUE(parsed[0].verify("message", rsa.sign("message")));
  EXPECT_FALSE(parsed[0].verify("massage", rsa.sign("message")));
  EXPECT_FALSE(parsed[0].verify("message", rsa.sign_pss("message")));
  EXPECT_FALSE(parsed[0].verify("message", ""));
}

// RFC 7515, appendix A.2: a token that somebody else made.
TEST_F(JwksTest, RsaKeyOfTheStandardVerifiesItsExample) {
  const json entry = {
      {"kty", "RSA"},
      {"kid", "standard"},
      {"n",
       "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
       "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2C"
       "apHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9g"
       "b54h4FRWyuXpoQ"},
      {"e", "AQAB"}};
  const std::string message =
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c"
      "nVlfQ";
  const std::string signature =
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7"
      "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi1"
      "2jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGl"
      "UPQGe77Rw";
  const auto parsed = parse_jwks(json{{"keys", {entry}}}.dump());
  ASSERT_EQ(parsed.size(), 1U);
  EXPECT_TRUE(parsed[0].verify(message, from_base64url(signature).value()));
}

TEST_F(JwksTest, KeysThatCannotVerifyHereAreLeftOut) {
  const auto good = own_jwk();
  const auto id = keys.newest().id();
  auto without_kid = good;
  without_kid.erase("kid");
  auto plain = good;
  plain.erase("alg");
  plain.erase("use");
  EXPECT_EQ(usable(json::array({plain})), Ids{id}) << "alg and use may be absent";
  EXPECT_EQ(usable(json::array({changed("key_ops", {"verify"})})), Ids{id});
  for (const auto& entry :
       {without_kid, changed("kid", ""), changed("kid", 7), changed("use", "enc"), changed("use", 1),
        changed("alg", "ES384"), changed("alg", "RS256"), changed("alg", "none"), changed("kty", "oct"),
        changed("kty", "OKP"), changed("crv", "P-384"), changed("crv", "secp256k1"), changed("key_ops", {"encrypt"}),
        json("text"), json(), json::object()}) {
    EXPECT_EQ(usable(json::array({entry})), Ids{}) << entry;
    EXPECT_EQ(usable(json::array({entry, good})), Ids{id}) << entry;
  }
}

TEST_F(JwksTest, PointMustBeOnTheCurve) {
  const auto zeros = to_base64url(std::string(32, '\0'));
  for (const auto& entry : {changed("x", zeros), changed("y", zeros), changed("x", own_jwk().at("y")), changed("x", ""),
                            changed("x", to_base64url(std::string(33, '\1'))), changed("x", "not base64!")}) {
    EXPECT_EQ(usable(json::array({entry})), Ids{}) << entry;
  }
}

TEST_F(JwksTest, RsaKeyMustBeNeitherTooShortNorTooLong) {
  EXPECT_EQ(usable(json::array({RsaKey(1024).jwk("short")})), Ids{});
  auto entry = RsaKey().jwk("r");
  EXPECT_EQ(usable(json::array({entry})), Ids{"r"});
  const auto n = entry.at("n");
  entry["n"] = to_base64url(std::string(1025, '\xFF'));
  EXPECT_EQ(usable(json::array({entry})), Ids{});
  entry["n"] = "";
  EXPECT_EQ(usable(json::array({entry})), Ids{});
  entry["n"] = n;
  for (const auto& exponent : {std::string("\1"), std::string("\2"), std::string(), std::string(9, '\xFF')}) {
    entry["e"] = to_base64url(exponent);
    EXPECT_EQ(usable(json::array({entry})), Ids{}) << "e of " << exponent.size() << " bytes";
  }
  entry["e"] = "AQAB";
  entry["alg"] = "RS512";
  EXPECT_EQ(usable(json::array({entry})), Ids{});
}

TEST_F(JwksTest, TextThatIsNoKeySetIsRefused) {
  for (const char* text : {"", "no json", "[]", "{}", R"({"keys": {}})", R"({"keys": []})", "null"}) {
    EXPECT_THROW(parse_jwks(text), Error) << text;
  }
}

}  // namespace
}  // namespace tenure::identity
