#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/postgres/server/small_estate.h"

// B6, E3: logging in from a page: no script ever holds what the session can be renewed with.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class PageSession : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static Response send(const std::string& method, const std::string& part, Fields headers = {}, const json& body = {}) {
    Request request{.method = method, .path = "/api/v1/auth/session" + part, .body = body.is_null() ? "" : body.dump()};
    request.headers = std::move(headers);
    return estate().answer(std::move(request));
  }
  Response log_in(Fields headers = {}) const {
    return send("POST", "", std::move(headers), {{"email", person_.email}, {"password", SmallEstate::kPassword}});
  }
  /// "tenure_session=…", as a browser sends it back.
  static std::string cookie_of(const Response& answer) {
    const auto line = answer.headers.at("Set-Cookie");
    return line.substr(0, line.find(';'));
  }
  static std::string token_in(const Response& answer) { return json::parse(answer.body).at("access_token"); }
  static int status_of_me(const std::string& token) {
    Request request{.method = "GET", .path = "/api/v1/auth/me"};
    request.headers["authorization"] = "Bearer " + token;
    return estate().answer(std::move(request)).status;
  }

  const Person person_ = estate().add_person();
};

TEST_F(PageSession, HasItsRefreshTokenInACookieThatNoScriptReads) {
  const auto answer = log_in();
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto line = answer.headers.at("Set-Cookie");
  EXPECT_THAT(line, StartsWith("tenure_session="));
  EXPECT_THAT(line, HasSubstr("; HttpOnly"));
  EXPECT_THAT(line, HasSubstr("; SameSite=Strict"));
  EXPECT_THAT(line, HasSubstr("; Path=/api/v1/auth/session;"));
  EXPECT_THAT(line, Not(HasSubstr("Domain")));
  EXPECT_THAT(line, Not(HasSubstr("Secure"))) << "the request came as it is";
  EXPECT_FALSE(json::parse(answer.body).contains("refresh_token"));
  EXPECT_THAT(answer.body, Not(HasSubstr(cookie_of(answer).substr(15))));
  EXPECT_EQ(status_of_me(token_in(answer)), 200);
}

TEST_F(PageSession, IsRenewedByTheCookieOnceEach) {
  const auto first = cookie_of(log_in());
  const auto second = send("POST", "/refresh", {{"cookie", "other=1; " + first + "; more=2"}});
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_NE(cookie_of(second), first);
  EXPECT_EQ(status_of_me(token_in(second)), 200);
  EXPECT_EQ(send("POST", "/refresh", {{"cookie", first}}).status, 401) << "used before: somebody has copied it";
  EXPECT_EQ(send("POST", "/refresh", {{"cookie", cookie_of(second)}}).status, 401);
  EXPECT_EQ(status_of_me(token_in(second)), 401);
}

TEST_F(PageSession, IsNobodysWithoutACookie) {
  EXPECT_EQ(send("POST", "/refresh").status, 204);
  EXPECT_EQ(send("POST", "/refresh", {{"cookie", "tenure_sessions=x"}}).status, 204);
  const auto refused = send("POST", "/refresh", {{"cookie", "tenure_session=x"}});
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.headers.at("Set-Cookie"), HasSubstr("; Max-Age=0;")) << "what is worth nothing is forgotten";
}

TEST_F(PageSession, EndsWithItsCookie) {
  const auto answer = log_in();
  const auto ended = send("DELETE", "", {{"authorization", "Bearer " + token_in(answer)}});
  EXPECT_EQ(ended.status, 204);
  EXPECT_THAT(ended.headers.at("Set-Cookie"), StartsWith("tenure_session=; Path=/api/v1/auth/session; Max-Age=0;"));
  EXPECT_EQ(send("POST", "/refresh", {{"cookie", cookie_of(answer)}}).status, 401);
  EXPECT_EQ(status_of_me(token_in(answer)), 401);
}

// What a browser says of a page elsewhere cannot be left out by that page.
TEST_F(PageSession, IsForThisServersOwnPages) {
  for (const auto* site : {"cross-site", "same-site"}) {
    EXPECT_EQ(log_in({{"sec-fetch-site", site}}).status, 403) << site;
    EXPECT_EQ(send("POST", "/refresh", {{"sec-fetch-site", site}, {"cookie", cookie_of(log_in())}}).status, 403)
        << site;
  }
  EXPECT_EQ(log_in({{"sec-fetch-site", "same-origin"}}).status, 200);
}

TEST_F(PageSession, IsSecureWhereATrustedProxySpokeHttps) {
  SmallEstate behind_proxy(
      {.limits =
           "  requests_per_second: 1000\n  burst: 1000\n  logins_per_minute: 1000\n  trusted_proxies: [10.0.0.0/8]\n"});
  const auto somebody = behind_proxy.add_person();
  const auto line_for = [&](const std::string& address, const std::string& scheme) {
    Request request{.method = "POST",
                    .path = "/api/v1/auth/session",
                    .body = json{{"email", somebody.email}, {"password", SmallEstate::kPassword}}.dump(),
                    .remote_address = address};
    request.headers["x-forwarded-proto"] = scheme;
    return behind_proxy.answer(std::move(request)).headers.at("Set-Cookie");
  };
  EXPECT_THAT(line_for("10.1.2.3", "https"), HasSubstr("; Secure"));
  EXPECT_THAT(line_for("10.1.2.3", "http"), Not(HasSubstr("Secure")));
  EXPECT_THAT(line_for("192.0.2.1", "https"), Not(HasSubstr("Secure")));
}

}  // namespace
}  // namespace tenure::server
