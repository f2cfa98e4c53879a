#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/postgres/server/api_description.h"
#include "tests/postgres/server/orders.h"

// Spec B9: limits of requests a principal and, where there is none yet, an address; 429 with Retry-After.
namespace tenure::server {
namespace {

using ::testing::IsEmpty;

/// Three requests a caller and two log-ins an address; the next one would be due in minutes.
class RateLimits : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    estate_ = std::make_unique<SmallEstate>(
        SmallEstateSettings{.limits = "  requests_per_second: 0.01\n  burst: 3\n  logins_per_minute: 2\n"});
  }
  static void TearDownTestSuite() { estate_.reset(); }

  static Response get(const std::string& path, const Secret& token) {
    Request request{.method = "GET", .path = path};
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token.reveal();
    return estate_->answer(std::move(request));
  }
  static Response log_in(const std::string& address, const std::string& path = "/api/v1/auth/login") {
    return estate_->answer({.method = "POST",
                            .path = path,
                            .body = R"({"email":"nobody@people.example","password":"x"})",
                            .remote_address = address});
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

TEST_F(RateLimits, LeaveHealthAndKeysToEverybody) {
  for (int at = 0; at < 20; ++at) {
    EXPECT_EQ(get("/health/live", {}).status, 200);
    EXPECT_EQ(get("/.well-known/jwks.json", {}).status, 200);
  }
}

}  // namespace
}  // namespace tenure::server
