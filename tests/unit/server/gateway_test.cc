#include "server/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"
#include "identity/jwt.h"
#include "identity/token.h"
#include "server/auth_routes.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

// Spec B9: the chain of filters in front of every route, in its order; B6: keys that are rotated while it runs.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";

/// Routes for anybody, for services and persons, for services only and for persons only, whose handler is a test's.
class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() {
    add("GET", "/open", Permission::read_health);
    add("GET", "/both", Permission::list_tenants);
    add("DELETE", "/both", Permission::list_tenants);
    add("GET", "/services", Permission::user_memberships);
    add("GET", "/people", Permission::read_own_account);
    add("POST", "/login", Permission::log_in);
    add_key_routes(router_, keys_);
  }

  void add(const char* method, const char* pattern, Permission permission) {
    router_.add({.method = method,
                 .pattern = pattern,
                 .access = AccessRule::of(permission),
                 .handler = [this](const Request& request) {
                   seen_ = request;
                   return handler_(request);
                 }});
  }

  Secret service_token(std::string_view name = "shop") const {
    return identity::issue_service_token(keys_, clock_, name, "tenure");
  }
  Secret user_token() const {
    return identity::issue_user_token(keys_, clock_, UserId::random(), Uuid::random(), "tenure");
  }

  Response send(const std::string& method, const std::string& path, const std::string& authorization = {},
                Fields headers = {}) {
    Request request{.method = method, .path = path, .headers = std::move(headers), .remote_address = "192.0.2.1"};
    if (!authorization.empty()) request.headers["authorization"] = authorization;
    return gateway_.answer(std::move(request));
  }
  Response get(const std::string& path, const Secret& token) { return send("GET", path, "Bearer " + token.reveal()); }
  std::string detail_of(const Response& answer) { return json::parse(answer.body).at("detail"); }

  test::ManualClock clock_;
  const test::TemporaryFolder folder_;
  const identity::SigningKeys keys_{folder_ / "keys", clock_};
  Router router_;
  const identity::TokenVerifier tokens_{keys_, clock_};
  RateLimiter callers_{{.per_second = 0.1, .burst = 3}, clock_};
  RateLimiter addresses_{{.per_second = 0.1, .burst = 1}, clock_};
  RateLimiter passwords_{{.per_second = 0.1, .burst = 2}, clock_};
  std::vector<AccessLine> log_;
  Handler handler_ = [](const Request&) { return json_answer(200, {{"done", true}}); };
  Request seen_;
  const Gateway gateway_{router_, tokens_,
                         {},      {.callers = callers_, .addresses = addresses_, .passwords = passwords_},
                         clock_,  [this](const AccessLine& line) { log_.push_back(line); }};
};

TEST_F(GatewayTest, TakesOverASafeRequestIdAndMakesOneOtherwise) {
  for (const auto* given : {"a", "Trace_1.2-3", "0123456789012345678901234567890123456789012345678901234567890123"}) {
    EXPECT_EQ(send("GET", "/open", {}, {{"x-request-id", given}}).headers.at("X-Request-Id"), given);
    EXPECT_EQ(log_.back().request_id, given);
    EXPECT_EQ(seen_.request_id, given);
  }
  const std::vector<std::string> unsafe = {"", "a b", "a\nb", "<script>", "a,b", "\xC3\xA9", std::string(65, 'a')};
  for (const auto& given : unsafe) {
    const auto answer = send("GET", "/open", {}, {{"x-request-id", given}});
    EXPECT_THAT(answer.headers.at("X-Request-Id"), MatchesRegex(kUuid)) << given;
  }
  EXPECT_NE(send("GET", "/open").headers.at("X-Request-Id"), send("GET", "/open").headers.at("X-Request-Id"));
}

// E7
TEST_F(GatewayTest, IsAHopOfTheCallersTraceAndStartsOneOtherwise) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string span = "00f067aa0ba902b7";
  send("GET", "/open", {}, {{"traceparent", "00-" + trace + "-" + span + "-01"}});
  EXPECT_EQ(seen_.trace.trace_id(), trace);
  EXPECT_NE(seen_.trace.span_id(), span) << "a span of its own";
  EXPECT_EQ(seen_.call_within(Milliseconds(1)).trace, seen_.trace);
  EXPECT_EQ(to_json(log_.back())["trace_id"], trace);
  send("GET", "/nothing", {}, {{"traceparent", "00-" + trace + "-" + span + "-01"}});
  EXPECT_EQ(to_json(log_.back())["trace_id"], trace) << "whatever became of it";
  for (const auto& given : {std::string("00-" + trace), std::string("x"), "00-" + trace + "-" + span + "-01, 00"}) {
    send("GET", "/open", {}, {{"traceparent", given}});
    EXPECT_NE(seen_.trace.trace_id(), trace) << given;
    EXPECT_THAT(to_json(log_.back())["trace_id"].get<std::string>(), MatchesRegex("[0-9a-f]{32}")) << given;
  }
}

TEST_F(GatewayTest, TellsWhatFailedInsideToTheLogAndToServices) {
  handler_ = [](const Request&) -> Response { throw Error(ErrorCode::unavailable, "db.internal: refused"); };
  for (const auto& answer : {send("GET", "/open"), send("POST", "/login")}) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.body, Not(HasSubstr("db.internal")));
    EXPECT_EQ(log_.back().error, "db.internal: refused");
  }
  EXPECT_EQ(detail_of(get("/both", service_token())), "db.internal: refused");
  handler_ = [](const Request&) { return Response{.status = 503, .failure = "db.internal: refused"}; };
  EXPECT_THAT(send("GET", "/open").body, Not(HasSubstr("db.internal")));
  EXPECT_EQ(log_.back().error, "db.internal: refused");
}

TEST_F(GatewayTest, PutsTheRequestIdIntoEveryProblem) {
  for (const auto& answer : {send("GET", "/nothing"), send("POST", "/both"), send("GET", "/both"),
                             send("GET", "/both", "Basic x"), send("GET", "/a%2fb")}) {
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(json::parse(answer.body).at("request_id"), answer.headers.at("X-Request-Id"));
    EXPECT_EQ(json::parse(answer.body).at("status"), answer.status);
  }
}

TEST_F(GatewayTest, NamesTheMethodsOfAPath) {
  for (const auto* method : {"POST", "PUT", "PATCH", "OPTIONS", "TRACE", "get", ""}) {
    const auto answer = send(method, "/both");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.headers.at("Allow"), "DELETE, GET, HEAD") << method;
  }
  EXPECT_EQ(send("GET", "/nothing").status, 404);
  EXPECT_EQ(send("GET", "/nothing").headers.count("Allow"), 0U);
}

TEST_F(GatewayTest, HandsAHeadOverAsAGetUnderTheSameRule) {
  EXPECT_EQ(send("HEAD", "/open").status, 200);
  EXPECT_EQ(seen_.method, "GET");
  EXPECT_EQ(send("HEAD", "/both").status, 401);
  EXPECT_EQ(send("HEAD", "/services", "Bearer " + user_token().reveal()).status, 403);
}

TEST_F(GatewayTest, ReadsABearerTokenAndNothingElse) {
  const auto token = service_token().reveal();
  for (const auto& header : {"Bearer " + token, "bearer " + token, "BEARER " + token}) {
    EXPECT_EQ(send("GET", "/both", header).status, 200) << header;
    EXPECT_EQ(seen_.principal->name, "shop");
    clock_.advance(std::chrono::minutes(1));
  }
  for (const auto& header : {std::string("Bearer"), std::string("Bearer "), "Basic " + token, token, "Bearer  " + token,
                             "Bearer " + token + " ", "Bearer " + token + ", Bearer " + token, "Bearer\t" + token,
                             "Bearer \"" + token + "\"", "Bearer " + token + std::string(1, '\0')}) {
    const auto answer = send("GET", "/both", header);
    EXPECT_EQ(answer.status, 401) << header;
    EXPECT_EQ(answer.headers.at("WWW-Authenticate"), "Bearer realm=\"tenure\"");
    EXPECT_THAT(answer.body, Not(HasSubstr("eyJ")));
  }
}

TEST_F(GatewayTest, LooksAtNoTokenWhereNoneIsNeeded) {
  EXPECT_EQ(send("GET", "/open", "Bearer garbage").status, 200);
  EXPECT_EQ(seen_.principal, std::nullopt);
  EXPECT_EQ(log_.back().principal, "none");
}

// A wrong token is told so, however many requests there were; a right one at the wrong route is counted.
TEST_F(GatewayTest, AsksForTheTokenThenTheRateThenTheKind) {
  EXPECT_EQ(send("GET", "/people").status, 401);
  for (int at = 0; at < 3; ++at) EXPECT_EQ(get("/people", service_token()).status, 403);
  EXPECT_EQ(get("/people", service_token()).status, 429);
  EXPECT_EQ(send("GET", "/people", "Bearer x").status, 401);
  EXPECT_EQ(get("/people", service_token("another")).status, 403);
}

TEST_F(GatewayTest, AdmitsAgainAfterRetryAfterAndNotBefore) {
  for (int at = 0; at < 3; ++at) EXPECT_EQ(get("/both", service_token()).status, 200);
  const auto answer = get("/both", service_token());
  EXPECT_EQ(answer.status, 429);
  const std::chrono::seconds wait(std::stoi(answer.headers.at("Retry-After")));
  EXPECT_EQ(wait, std::chrono::seconds(10));
  clock_.advance(wait - std::chrono::seconds(1));
  EXPECT_EQ(get("/both", service_token()).status, 429);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(get("/both", service_token()).status, 200);
  EXPECT_EQ(get("/both", service_token()).status, 429);
}

TEST_F(GatewayTest, CountsTheAddressWhereThereIsNoCallerYet) {
  EXPECT_EQ(send("POST", "/login").status, 200);
  EXPECT_EQ(send("POST", "/login").headers.at("Retry-After"), "10");
  EXPECT_EQ(get("/both", service_token()).status, 200) << "which is another matter";
}

// A person has no session where nobody keeps accounts.
TEST_F(GatewayTest, LetsNobodyInWhoseSessionNobodyKnows) {
  EXPECT_EQ(get("/people", user_token()).status, 401);
  EXPECT_EQ(get("/both", user_token()).status, 401);
  EXPECT_EQ(log_.back().principal, "user");
}

TEST_F(GatewayTest, TurnsErrorsIntoProblemsAndLogsOnlyItsOwn) {
  handler_ = [](const Request&) -> Response { throw Error(ErrorCode::conflict, "slug: forn-vell is taken"); };
  auto answer = send("GET", "/open");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(detail_of(answer), "slug: forn-vell is taken");
  EXPECT_EQ(log_.back().error, "") << "what a caller did wrong may hold anything";

  handler_ = [](const Request&) -> Response { throw Error(ErrorCode::unavailable, "orders: down", Retry::later); };
  answer = send("GET", "/open");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("Retry-After"), "1");
  EXPECT_EQ(log_.back().error, "orders: down");
}

TEST_F(GatewayTest, SaysNothingOfWhatWentWrongInside) {
  const auto expect_general = [&] {
    const auto answer = send("GET", "/open");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(detail_of(answer), "something went wrong inside; the log has it under this request id");
    EXPECT_THAT(answer.body, Not(HasSubstr("hunter2")));
  };
  handler_ = [](const Request&) -> Response { throw Error(ErrorCode::internal, "column 7, hunter2"); };
  expect_general();
  EXPECT_EQ(log_.back().error, "column 7, hunter2");
  handler_ = [](const Request&) -> Response { throw std::runtime_error("hunter2"); };
  expect_general();
  EXPECT_THAT(log_.back().error, HasSubstr("runtime_error"));
  EXPECT_THAT(log_.back().error, Not(HasSubstr("hunter2"))) << "it may hold a person's data";
  handler_ = [](const Request&) -> Response { throw 42; };
  expect_general();
}

TEST_F(GatewayTest, LogsTheRoutesPatternAndNeverThePath) {
  router_.add({.method = "GET",
               .pattern = "/things/{name}",
               .access = AccessRule::of(Permission::read_health),
               .handler = [](const Request&) { return json_answer(200, {}); }});
  send("GET", "/things/ana@example.com");
  EXPECT_EQ(log_.back().route, "/things/{name}");
  EXPECT_THAT(to_json(log_.back()).dump(), Not(HasSubstr("ana")));
  send("GET", "/nothing/ana@example.com");
  EXPECT_EQ(log_.back().route, "-");
  EXPECT_THAT(to_json(log_.back()).dump(), Not(HasSubstr("ana")));
}

TEST_F(GatewayTest, MarksAnswersAsThatOfOneMoment) {
  for (const auto& answer : {send("GET", "/open"), send("GET", "/nothing"), send("GET", "/both")}) {
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store");
    EXPECT_EQ(answer.headers.at("X-Content-Type-Options"), "nosniff");
  }
  EXPECT_EQ(send("GET", "/.well-known/jwks.json").headers.at("Cache-Control"), "public, max-age=300");
}

/// The key ids that are published, the newest first.
std::vector<std::string> published(const Response& answer) {
  std::vector<std::string> ids;
  const auto set = json::parse(answer.body);
  for (const auto& key : set.at("keys")) {
    EXPECT_FALSE(key.contains("d")) << "the private half";
    ids.push_back(key.at("kid"));
  }
  return ids;
}

// B6: another process rotates and retires, as `tenure key` does; this one goes on.
TEST_F(GatewayTest, FollowsKeysThatAreRotatedWhileItRuns) {
  const auto first = keys_.newest().id();
  const auto old_token = service_token("old");
  identity::SigningKeys command(folder_ / "keys", clock_);
  clock_.advance(std::chrono::seconds(1));
  const auto second = command.rotate().id();

  const auto new_token = identity::issue_service_token(command, clock_, "new", "tenure");
  EXPECT_EQ(get("/both", new_token).status, 200) << "a key it has not seen yet";
  EXPECT_EQ(get("/both", old_token).status, 200);
  EXPECT_EQ(published(send("GET", "/.well-known/jwks.json")), (std::vector{second, first}));
  EXPECT_EQ(published(send("GET", "/api/v1/auth/jwks.json")), (std::vector{second, first}));
  EXPECT_EQ(identity::split_jwt(service_token().reveal()).header.at("kid"), second) << "the newest signs";

  command.retire(first);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(get("/both", old_token).status, 401) << "it has not expired";
  EXPECT_EQ(get("/both", new_token).status, 200);
  EXPECT_EQ(published(send("GET", "/.well-known/jwks.json")), std::vector{second});
}

TEST_F(GatewayTest, KeepsAnOldKeysTokensUntilTheyExpire) {
  const auto token = service_token();
  identity::SigningKeys command(folder_ / "keys", clock_);
  command.rotate();
  for (int minute = 0; minute < 5; ++minute) {
    EXPECT_EQ(get("/both", token).status, 200) << minute;
    clock_.advance(std::chrono::minutes(1));
  }
  EXPECT_EQ(get("/both", token).status, 401);
}

}  // namespace
}  // namespace tenure::server
