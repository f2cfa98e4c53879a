#include "identity/jwt.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/base64url.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

constexpr std::uint64_t kNow = 1'800'000'000;  // unsigned, as the times of a payload that was parsed

void require_current_at(std::uint64_t now, const json& claims) {
  require_current(claims, static_cast<std::int64_t>(now));
}

std::string reason_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unauthenticated);
    return error.what();
  }
  return "none";
}

std::string compact(const json& header, const json& claims, const std::string& signature) {
  return to_base64url(header.dump()) + "." + to_base64url(claims.dump()) + "." + to_base64url(signature);
}

TEST(Jwt, IsTakenApart) {
  const auto token = compact({{"alg", "ES256"}}, {{"sub", "me"}}, "bytes");
  const auto parts = split_jwt(token);
  EXPECT_EQ(parts.header, json({{"alg", "ES256"}}));
  EXPECT_EQ(parts.signature, "bytes");
  EXPECT_EQ(parts.message, token.substr(0, token.rfind('.')));
  EXPECT_EQ(decode_claims(parts), json({{"sub", "me"}}));
}

TEST(Jwt, HasThreePartsAndNoMore) {
  for (const char* token : {"", "a", "a.b", "a.b.c.d", "...."}) {
    EXPECT_EQ(reason_of([&] { split_jwt(token); }), "token: not three parts") << token;
  }
}

TEST(Jwt, HasAHeaderAndAPayloadThatAreObjects) {
  const auto header = to_base64url(R"({"alg":"ES256"})");
  EXPECT_EQ(reason_of([&] { split_jwt("!!.e30.e30"); }), "token: the header is not readable");
  EXPECT_EQ(reason_of([&] { split_jwt("W10.e30.e30"); }), "token: the header is not readable");
  EXPECT_EQ(reason_of([&] { split_jwt(header + ".e30.e3"); }), "token: the signature is not readable");
  const auto token = header + ".W10.";
  EXPECT_EQ(reason_of([&] { decode_claims(split_jwt(token)); }), "token: the payload is not readable");
}

TEST(Jwt, IsAtMostEightKilobytesLong) {
  const auto longest = compact(json::object(), json::object(), std::string(6100, 'x'));
  EXPECT_EQ(reason_of([&] { split_jwt(longest); }), "none");
  EXPECT_EQ(reason_of([&] { split_jwt(longest + std::string(8193 - longest.size(), 'A')); }), "token: too long");
}

// RFC 7515, section 4.1.11: what is critical and not understood refuses the token.
TEST(Jwt, IsRefusedWithACriticalExtension) {
  const auto token = compact({{"alg", "ES256"}, {"crit", {"b64"}}}, json::object(), "");
  EXPECT_EQ(reason_of([&] { split_jwt(token); }), "token: crit is not supported");
}

TEST(Jwt, IsCurrentBetweenItsTimes) {
  const json claims = {{"iat", kNow}, {"exp", kNow + 60}};
  EXPECT_EQ(reason_of([&] { require_current_at(kNow, claims); }), "none");
  EXPECT_EQ(reason_of([&] { require_current_at(kNow + 59, claims); }), "none");
  EXPECT_EQ(reason_of([&] { require_current_at(kNow + 60, claims); }), "token: expired");
  EXPECT_EQ(reason_of([&] { require_current_at(kNow - 30, claims); }), "none") << "another machine's clock";
  EXPECT_EQ(reason_of([&] { require_current_at(kNow - 31, claims); }), "token: not valid yet");
  const json later = {{"iat", kNow}, {"nbf", kNow + 31}, {"exp", kNow + 60}};
  EXPECT_EQ(reason_of([&] { require_current_at(kNow, later); }), "token: not valid yet");
}

TEST(Jwt, NeedsTimesThatAreTimes) {
  EXPECT_EQ(reason_of([] { require_current_at(kNow, {{"exp", kNow + 60}}); }), "token: exp or iat is missing");
  EXPECT_EQ(reason_of([] { require_current_at(kNow, {{"iat", kNow}}); }), "token: exp or iat is missing");
  for (const json& time : {json("1"), json(-1), json(1.5), json(253402300800U), json::array({kNow}), json(true)}) {
    EXPECT_EQ(reason_of([&] { time_claim(json{{"exp", time}}, "exp"); }), "token: exp is not a time") << time;
  }
  EXPECT_EQ(time_claim({{"exp", 7U}}, "exp"), 7);
  EXPECT_EQ(time_claim(json::object(), "exp"), std::nullopt);
}

}  // namespace
}  // namespace tenure::identity
