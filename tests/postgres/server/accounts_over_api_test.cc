#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/postgres/server/scene.h"

// Spec B6: registering, logging in, refreshing and logging out through every filter; what an answer gives away, and the
// work that is done for it.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class AccountsOverApi : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static Response send(const std::string& method, const std::string& path, const json& body, const Secret& token = {}) {
    Request request{.method = method, .path = path, .body = body.is_null() ? "" : body.dump()};
    request.headers["x-request-id"] = "same";
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token.reveal();
    return estate().answer(std::move(request));
  }
  static Response log_in(const std::string& email, const std::string& password) {
    return send("POST", "/api/v1/auth/login", {{"email", email}, {"password", password}});
  }
  static Response sign_up(const std::string& email) {
    return send("POST", "/api/v1/auth/register",
                {{"email", email}, {"full_name", "Núria Ferré"}, {"password", kPassword}});
  }
  static Response refresh(const std::string& token) {
    return send("POST", "/api/v1/auth/refresh", {{"refresh_token", token}});
  }
  static int status_of_me(const std::string& access_token) {
    return send("GET", "/api/v1/auth/me", nullptr, Secret(access_token)).status;
  }
  static std::string fresh_address() { return "n" + Uuid::random().str() + "@people.example"; }
  static std::string registered() {
    auto address = fresh_address();
    EXPECT_EQ(sign_up(address).status, 202);
    return address;
  }
  /// All that a stranger gets to see.
  static std::string seen(const Response& answer) {
    std::string text = fmt::format("{} {} {}", answer.status, answer.content_type, answer.body);
    for (const auto& [name, value] : answer.headers) text += fmt::format("\n{}: {}", name, value);
    return text;
  }

  static constexpr const char* kPassword = "correct horse battery";
  static constexpr const char* kWrong = "wrong horse battery";
};

TEST_F(AccountsOverApi, GoFromRegisteringToLoggingOut) {
  const auto address = registered();
  const auto pair = json::parse(log_in(address, kPassword).body);
  EXPECT_EQ(pair.at("expires_in"), 900);
  const auto me = send("GET", "/api/v1/auth/me", nullptr, Secret(pair.at("access_token").get<std::string>()));
  EXPECT_EQ(json::parse(me.body).at("email"), address);
  const auto next = json::parse(refresh(pair.at("refresh_token")).body);
  EXPECT_EQ(status_of_me(next.at("access_token")), 200);
  EXPECT_EQ(send("POST", "/api/v1/auth/logout", nullptr, Secret(next.at("access_token").get<std::string>())).status,
            204);
  EXPECT_EQ(status_of_me(next.at("access_token")), 401);
  EXPECT_EQ(status_of_me(pair.at("access_token")), 401) << "of the same session";
  EXPECT_EQ(refresh(next.at("refresh_token")).status, 401);
}

// Whoever copied a refresh token and whoever it was copied from are told apart by nobody, so both are out.
TEST_F(AccountsOverApi, EndASessionWhoseRefreshTokenIsUsedTwice) {
  const auto address = registered();
  const auto first = json::parse(log_in(address, kPassword).body);
  const auto elsewhere = json::parse(log_in(address, kPassword).body);
  const auto thief = json::parse(refresh(first.at("refresh_token")).body);
  EXPECT_EQ(status_of_me(thief.at("access_token")), 200);
  EXPECT_EQ(refresh(first.at("refresh_token")).status, 401);
  EXPECT_EQ(status_of_me(thief.at("access_token")), 401);
  EXPECT_EQ(status_of_me(first.at("access_token")), 401);
  EXPECT_EQ(refresh(thief.at("refresh_token")).status, 401);
  EXPECT_EQ(status_of_me(elsewhere.at("access_token")), 200) << "another session of theirs";
}

TEST_F(AccountsOverApi, RegisterATakenAddressAsAnyOther) {
  const auto taken = registered();
  EXPECT_EQ(seen(sign_up(taken)), seen(sign_up(fresh_address())));
}

TEST_F(AccountsOverApi, RefuseEveryLogInAlike) {
  const auto known = registered();
  const auto suspended = estate().add_person();
  const auto without_password = estate().add_person();
  estate().in_control(fmt::format(
      "update identity.users set is_active = false where id = '{}'; update identity.users set password_hash = null, "
      "password_changed_at = null where id = '{}'",
      suspended.id.str(), without_password.id.str()));
  const auto expected = seen(log_in(fresh_address(), kWrong));
  EXPECT_THAT(expected, HasSubstr("401 application/problem+json"));
  for (const auto& answer : {log_in(known, kWrong), log_in(suspended.email, kPassword),
                             log_in(without_password.email, kPassword), log_in(known, "")}) {
    EXPECT_EQ(seen(answer), expected);
  }
}

TEST_F(AccountsOverApi, RefuseEveryRefreshAlike) {
  const auto pair = json::parse(log_in(registered(), kPassword).body);
  const std::string used = pair.at("refresh_token");
  refresh(used);
  const auto expected = seen(refresh("no such token"));
  EXPECT_THAT(expected, HasSubstr("401 application/problem+json"));
  for (const auto& token : {used, std::string(), pair.at("access_token").get<std::string>()}) {
    EXPECT_EQ(seen(refresh(token)), expected);
  }
}

// Neither whether an address has an account, nor whether a token is somebody else's.
TEST_F(AccountsOverApi, SayNothingThroughInvitations) {
  const Scene scene(estate());
  const auto owner = estate().add_person(scene.owner);
  const auto invite = [&](const std::string& address) {
    const auto answer = send("POST", "/api/v1/tenants/" + scene.tenant.str() + "/invitations",
                             {{"email", address}, {"role", "member"}}, owner.token);
    EXPECT_EQ(answer.status, 201) << answer.body;
    auto body = json::parse(answer.body);
    const std::string token = body.at("token");
    for (const auto* own : {"token", "invitation_id", "email", "created_at", "expires_at"}) body.erase(own);
    return std::pair{body, token};
  };
  const auto [to_known, token] = invite(registered());
  const auto [to_unknown, other_token] = invite(fresh_address());
  EXPECT_EQ(to_known, to_unknown);

  const auto stranger = estate().add_person();
  const auto accept = [&](const std::string& sent) {
    return seen(send("POST", "/api/v1/invitations/accept", {{"token", sent}}, stranger.token));
  };
  EXPECT_THAT(accept(token), HasSubstr("404 application/problem+json"));
  EXPECT_EQ(accept(token), accept("no such token"));
}

/// What the answer cost this thread, in milliseconds of its processor's time: what a stranger measures, without the
/// noise.
template <class Ask>
double cost_of(const Ask& ask) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  double least = 1e9;
  for (int run = 0; run < 2; ++run) {
    const auto before = now();
    ask();
    least = std::min(least, now() - before);
  }
  return least;
}

// One Argon2id is tens of milliseconds, everything else here is below one.
TEST_F(AccountsOverApi, DoTheSameWorkForAnUnknownAddress) {
  const auto known = registered();
  const auto suspended = registered();
  const auto without_password = registered();
  estate().in_control(fmt::format(
      "update identity.users set is_active = false where email = '{}'; update identity.users set password_hash = null, "
      "password_changed_at = null where email = '{}'",
      suspended, without_password));
  const auto expected = cost_of([&] { log_in(known, kWrong); });
  EXPECT_GT(expected, 10) << "no password is hashed";
  for (const auto& address : {fresh_address(), suspended, without_password}) {
    const auto cost = cost_of([&] { log_in(address, kWrong); });
    EXPECT_GT(cost, expected / 2) << address;
    EXPECT_LT(cost, expected * 2) << address;
  }
  const auto of_new = cost_of([&] { sign_up(fresh_address()); });
  const auto of_taken = cost_of([&] { sign_up(known); });
  EXPECT_GT(of_taken, of_new / 2);
  EXPECT_LT(of_taken, of_new * 2);
}

// What is no token of ours is refused before its text could reach a log or an answer.
TEST_F(AccountsOverApi, KeepSecretsOutOfAnswersAndLog) {
  estate().take_log();
  const auto address = registered();
  const auto pair = json::parse(log_in(address, kPassword).body);
  const std::string access = pair.at("access_token");
  const std::string refresh_token = pair.at("refresh_token");
  std::vector<Response> answers = {
      log_in(address, kWrong),
      log_in(address, access),
      refresh(access),
      refresh(refresh_token),
      refresh(refresh_token),
      send("GET", "/api/v1/auth/me", nullptr, Secret(access)),
      send("GET", "/api/v1/auth/me/" + access, nullptr),
      send("GET", "/api/v1/auth/users/" + refresh_token, nullptr, estate().service_token()),
      send("PATCH", "/api/v1/auth/me", {{access, kPassword}}, Secret(access)),
      send("POST", "/api/v1/auth/me/password", {{"current_password", kWrong}, {"new_password", "short"}},
           Secret(access)),
      send("POST", "/api/v1/auth/login", json::array({address, kPassword})),
  };
  for (const auto& answer : answers) {
    if (answer.status < 300) continue;
    for (const auto& secret : {access, refresh_token, std::string(kPassword), std::string(kWrong), address}) {
      EXPECT_THAT(seen(answer), Not(HasSubstr(secret)));
    }
  }
  const auto log = estate().take_log();
  EXPECT_GE(log.size(), answers.size());
  for (const auto& line : log) {
    for (const auto& secret : {access, refresh_token, std::string(kPassword), std::string(kWrong), address,
                               std::string("eyJ"), std::string("@"), std::string("argon2")}) {
      EXPECT_THAT(line, Not(HasSubstr(secret)));
    }
  }
}

}  // namespace
}  // namespace tenure::server
