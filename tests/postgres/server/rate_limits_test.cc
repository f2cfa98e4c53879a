#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>

#include "tests/postgres/server/api_description.h"
#include "tests/postgres/server/orders.h"

// Spec B9: limits of requests a principal and, where there is none yet, an address; 429 with Retry-After.
namespace tenure::server {
namespace {

using ::testing::IsEmpty;

/// Three requests a caller, two log-ins an address and two passwords an account; the next one would be due in minutes.
class RateLimits : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    estate_ = std::make_unique<SmallEstate>(SmallEstateSettings{
        .limits =
            "  requests_per_second: 0.01\n  burst: 3\n  logins_per_minute: 2\n  trusted_proxies: [10.0.0.0/8]\n"});
  }
  static void TearDownTestSuite() { estate_.reset(); }

  static Response get(const std::string& path, const Secret& token) {
    Request request{.method = "GET", .path = path};
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token.reveal();
    return estate_->answer(std::move(request));
  }
  /// Each to another e-mail address, unless one is given.
  static Response log_in(const std::string& address, const std::string& path = "/api/v1/auth/login",
                         const std::string& email = "n" + Uuid::random().str() + "@people.example") {
    return estate_->answer({.method = "POST",
                            .path = path,
                            .body = R"({"email":")" + email + R"(","password":"x"})",
                            .remote_address = address});
  }
  /// Each from another network.
  static Response log_in_to(const std::string& email) {
    static int networks = 0;
    return log_in(fmt::format("203.0.113.{}", ++networks), "/api/v1/auth/login", email);
  }
  static Response try_password(const Secret& token, const std::string& method, const std::string& path,
                               const std::string& field) {
    Request request{.method = method, .path = path, .body = "{\"" + field + R"(":"wrong horse battery")"};
    request.body += path.ends_with("password") ? R"(,"new_password":"another horse battery"})" : "}";
    request.headers["authorization"] = "Bearer " + token.reveal();
    return estate_->answer(std::move(request));
  }
  static void expect_too_many(const std::string& route, const Response& answer) {
    EXPECT_EQ(answer.status, 429) << answer.body;
    EXPECT_THAT(ApiDescription().problems_of(route, answer), IsEmpty()) << answer.body;
    ASSERT_EQ(answer.headers.count("Retry-After"), 1U);
    const auto wait = std::stoi(answer.headers.at("Retry-After"));
    EXPECT_GE(wait, 1);
    EXPECT_LE(wait, 100);
  }

  inline static std::unique_ptr<SmallEstate> estate_;
};

TEST_F(RateLimits, CountEachPersonByThemselvesWhateverTheirToken) {
  const auto first = estate_->add_person();
  const auto second = estate_->add_person();
  EXPECT_EQ(get("/api/v1/auth/me", first.token).status, 200);
  EXPECT_EQ(get("/api/v1/tenants", first.token).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", estate_->token_of(first)).status, 200);
  expect_too_many("GET /api/v1/auth/me", get("/api/v1/auth/me", estate_->token_of(first)));
  expect_too_many("GET /api/v1/tenants", get("/api/v1/tenants", first.token));
  EXPECT_EQ(get("/api/v1/auth/me", second.token).status, 200);
}

// What is refused is counted too: trying out ids is as limited as reading.
TEST_F(RateLimits, CountWhatIsRefused) {
  const auto person = estate_->add_person();
  for (int at = 0; at < 3; ++at) {
    EXPECT_EQ(get("/api/v1/tenants/" + TenantId::random().str(), person.token).status, 403);
  }
  expect_too_many("GET /api/v1/tenants", get("/api/v1/tenants", person.token));
}

TEST_F(RateLimits, CountAServiceByItsName) {
  for (int at = 0; at < 3; ++at) EXPECT_EQ(get("/api/v1/tenants", estate_->service_token("tenure", "one")).status, 200);
  expect_too_many("GET /api/v1/tenants", get("/api/v1/tenants", estate_->service_token("tenure", "one")));
  EXPECT_EQ(get("/api/v1/tenants", estate_->service_token("tenure", "two")).status, 200);
}

// A stranger cannot use up somebody else's share with a token that only says it is theirs.
TEST_F(RateLimits, CountNobodyForAForgedToken) {
  const auto person = estate_->add_person();
  auto forged = person.token.reveal();
  forged.replace(forged.rfind('.'), std::string::npos, ".AAAA");
  for (int at = 0; at < 10; ++at) EXPECT_EQ(get("/api/v1/auth/me", Secret(forged)).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 200);
}

TEST_F(RateLimits, CountLogInsByAddress) {
  EXPECT_EQ(log_in("192.0.2.1").status, 401);
  EXPECT_EQ(log_in("192.0.2.1").status, 401);
  expect_too_many("POST /api/v1/auth/login", log_in("192.0.2.1"));
  expect_too_many("POST /api/v1/auth/register", log_in("192.0.2.1", "/api/v1/auth/register"));
  expect_too_many("POST /api/v1/auth/refresh", log_in("192.0.2.1", "/api/v1/auth/refresh"));
  EXPECT_EQ(log_in("192.0.2.2").status, 401);
}

// Whoever has many addresses guesses no faster, and learns nothing about who has an account.
TEST_F(RateLimits, CountLogInsByEMailAddressWhetherItHasAnAccountOrNot) {
  for (const auto& email : {estate_->add_person().email, std::string("nobody@people.example")}) {
    EXPECT_EQ(log_in_to(email).status, 401);
    std::string in_capitals = email;
    in_capitals[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(email[0])));
    EXPECT_EQ(log_in_to(in_capitals).status, 401);
    expect_too_many("POST /api/v1/auth/login", log_in_to(email));
  }
  EXPECT_EQ(log_in_to("other@people.example").status, 401);
}

// A stolen token is no place to guess its password at, by whichever route.
TEST_F(RateLimits, CountPasswordsByAccount) {
  const auto person = estate_->add_person();
  const auto change = [&] {
    return try_password(estate_->token_of(person), "POST", "/api/v1/auth/me/password", "current_password");
  };
  const auto erase = [&] {
    return try_password(estate_->token_of(person), "DELETE", "/api/v1/auth/me/account", "password");
  };
  EXPECT_EQ(change().status, 403);
  EXPECT_EQ(erase().status, 403);
  expect_too_many("POST /api/v1/auth/me/password", change());
  expect_too_many("DELETE /api/v1/auth/me/account", erase());
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 200) << "what takes no password goes on";
  const auto other = estate_->add_person();
  EXPECT_EQ(try_password(other.token, "DELETE", "/api/v1/auth/me/account", "password").status, 403);
}

// One subscriber has 2^64 addresses of version 6.
TEST_F(RateLimits, CountANetworkOfVersionSixAsOneAddress) {
  EXPECT_EQ(log_in("2001:db8:1:2::1").status, 401);
  EXPECT_EQ(log_in("[2001:db8:1:2:ffff::2]:4711").status, 401);
  expect_too_many("POST /api/v1/auth/login", log_in("2001:db8:1:2:aaaa:bbbb:cccc:dddd"));
  EXPECT_EQ(log_in("2001:db8:1:3::1").status, 401);
}

// An address of version 4 as a listener of version 6 sees it: all of them lie in one /64.
TEST_F(RateLimits, TellMappedAddressesOfVersionFourApart) {
  EXPECT_EQ(log_in("::ffff:198.51.100.1").status, 401);
  EXPECT_EQ(log_in("198.51.100.1").status, 401);
  expect_too_many("POST /api/v1/auth/login", log_in("::ffff:198.51.100.1"));
  EXPECT_EQ(log_in("::ffff:198.51.100.2").status, 401);
}

// Behind a proxy all callers share its address, and each can write what it likes into the header.
TEST_F(RateLimits, CountWhoIsBehindATrustedProxy) {
  const auto through = [](const std::string& peer, const std::string& hops) {
    return estate_
        ->answer({.method = "POST",
                  .path = "/api/v1/auth/refresh",
                  .headers = {{"x-forwarded-for", hops}},
                  .body = R"({"refresh_token":"x"})",
                  .remote_address = peer})
        .status;
  };
  EXPECT_EQ(through("10.1.1.1", "198.51.100.40"), 401);
  EXPECT_EQ(through("10.1.1.2", "1.2.3.4, 198.51.100.40"), 401);
  EXPECT_EQ(through("10.1.1.1", "5.6.7.8, 198.51.100.40, 10.1.1.3"), 429);
  EXPECT_EQ(through("10.1.1.1", "198.51.100.41"), 401) << "somebody else behind it";
  for (const auto* hops : {"198.51.100.42", "198.51.100.43"}) EXPECT_EQ(through("198.51.100.50", hops), 401);
  EXPECT_EQ(through("198.51.100.50", "198.51.100.44"), 429) << "no proxy of ours";
}

TEST_F(RateLimits, LeaveHealthAndKeysToEverybody) {
  for (int at = 0; at < 20; ++at) {
    EXPECT_EQ(get("/health/live", {}).status, 200);
    EXPECT_EQ(get("/.well-known/jwks.json", {}).status, 200);
  }
}

}  // namespace
}  // namespace tenure::server
