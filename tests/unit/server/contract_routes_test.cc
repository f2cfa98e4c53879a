#include "server/contract_routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "http/client.h"
#include "tests/support/crafted_token.h"
#include "tests/support/in_memory_store.h"
#include "tests/support/listening_server.h"
#include "tests/support/raw_http.h"

namespace tenure::server {
namespace {

using nlohmann::json;

const SystemClock kClock;

Router routes_for(store::TenantDataStore& data_store) {
  Router router;
  add_contract_routes(
      router,
      {{.name = "orders", .prefix = "orders", .data_store = &data_store},
       {.name = "training", .prefix = "training", .user_path = "models/user", .data_store = &data_store}},
      kClock);
  return router;
}

struct ContractRoutesTest : ::testing::Test {
  ContractRoutesTest() {
    data.put("orders", tenant, 12);
    data.put("order_items", tenant, 30);
    data.put("orders", other, 5);
    data.put("orders", user, 3);
  }

  http::Answer ask(const std::string& method, const std::string& path, const Secret& token,
                   std::vector<std::string> headers = {}) {
    return http::send({.method = method, .url = server.url() + path, .headers = std::move(headers), .bearer = token},
                      Call::within(Milliseconds(20'000)));
  }
  http::Answer ask(const std::string& method, const std::string& path) {
    return ask(method, path, server.service_token());
  }

  const Subject tenant = TenantId::random();
  const Subject other = TenantId::random();
  const Subject user = UserId::random();
  test::InMemoryStore data{test::InMemoryStore::Archive::in_memory};
  test::ListeningServer server{routes_for(data)};
  const std::string tenant_path = "/api/v1/orders/tenant/" + id_of(tenant);
  const std::string user_path = "/api/v1/training/models/user/" + id_of(user);
};

TEST_F(ContractRoutesTest, A1PreviewCountsAndChangesNothing) {
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask("GET", tenant_path + "/deletion-preview");
    EXPECT_EQ(answer.status, 200);
    const auto body = json::parse(answer.body);
    EXPECT_EQ(body["tenant_id"], id_of(tenant));
    EXPECT_EQ(body["service"], "orders");
    EXPECT_EQ(body["data_counts"], json({{"orders", 12}, {"order_items", 30}}));
    EXPECT_EQ(body["total_items"], 42);
  }
}

TEST_F(ContractRoutesTest, A2DeleteAnswersWithTheSummary) {
  const auto answer = ask("DELETE", tenant_path);
  EXPECT_EQ(answer.status, 200);
  const auto body = json::parse(answer.body);
  EXPECT_TRUE(body["message"].is_string());
  EXPECT_EQ(body["summary"]["success"], true);
  EXPECT_EQ(body["summary"]["deleted_counts"], json({{"orders", 12}, {"order_items", 30}}));
  EXPECT_EQ(body["summary"]["total_deleted"], 42);
  EXPECT_EQ(body["summary"]["errors"], json::array());
  EXPECT_EQ(data.preview(other, {}).data_counts.at("orders"), 5);
}

TEST_F(ContractRoutesTest, A5SecondDeleteIsASuccessWithZeroCountsOrTheFirstAnswer) {
  const std::vector<std::string> key = {"Idempotency-Key: k1"};
  const auto first = ask("DELETE", tenant_path, server.service_token(), key);
  const auto replayed = ask("DELETE", tenant_path, server.service_token(), key);
  const auto again = ask("DELETE", tenant_path);
  EXPECT_EQ(json::parse(first.body)["summary"]["total_deleted"], 42);
  EXPECT_EQ(json::parse(replayed.body)["summary"]["total_deleted"], 42);
  EXPECT_EQ(replayed.headers.at("idempotent-replayed"), "true");
  EXPECT_EQ(first.headers.count("idempotent-replayed"), 0U);
  EXPECT_EQ(json::parse(again.body)["summary"]["total_deleted"], 0);
  EXPECT_EQ(again.status, 200);
}

TEST_F(ContractRoutesTest, A8UserRoutesUseTheEstatesPathAndTheUsualOne) {
  EXPECT_EQ(json::parse(ask("GET", user_path + "/deletion-preview").body)["user_id"], id_of(user));
  EXPECT_EQ(json::parse(ask("GET", "/api/v1/training/user/" + id_of(user) + "/deletion-preview").body)["total_items"],
            3);
  EXPECT_EQ(json::parse(ask("DELETE", user_path).body)["summary"]["total_deleted"], 3);
  EXPECT_EQ(ask("DELETE", "/api/v1/orders/models/user/" + id_of(user)).status, 404);
}

TEST_F(ContractRoutesTest, HandsTheOrdersHeadersToTheStore) {
  const auto job = JobId::random();
  ask("DELETE", tenant_path, server.service_token(),
      {"Idempotency-Key: " + job.str() + "/orders", "X-Tenure-Job: " + job.str(), "X-Tenure-Epoch: 7"});
  const auto orders = data.orders();
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].subject, tenant);
  EXPECT_EQ(orders[0].idempotency_key, job.str() + "/orders");
  EXPECT_EQ(orders[0].job, job);
  EXPECT_EQ(orders[0].epoch, 7);
}

TEST_F(ContractRoutesTest, BadInputNamesTheFieldAndChangesNothing) {
  const auto token = server.service_token();
  const std::vector<std::tuple<std::string, std::vector<std::string>, std::string>> wrong = {
      {"/api/v1/orders/tenant/not-a-uuid", {}, "tenant_id"},
      {"/api/v1/orders/user/42", {}, "user_id"},
      {tenant_path + "?force=1", {}, "force"},
      {tenant_path, {"X-Tenure-Job: 42"}, "X-Tenure-Job"},
      {tenant_path, {"X-Tenure-Epoch: -1"}, "X-Tenure-Epoch"},
      {tenant_path, {"X-Tenure-Epoch: 99999999999999999999"}, "X-Tenure-Epoch"},
      {tenant_path, {"Idempotency-Key: two words"}, "Idempotency-Key"},
      {tenant_path, {"Idempotency-Key: " + std::string(256, 'k')}, "Idempotency-Key"}};
  for (const auto& [path, headers, field] : wrong) {
    const auto answer = ask("DELETE", path, token, headers);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    EXPECT_NE(json::parse(answer.body)["detail"].get<std::string>().find(field), std::string::npos) << answer.body;
  }
  EXPECT_TRUE(data.orders().empty());
}

TEST_F(ContractRoutesTest, FailureHasTheErrorsStatusAndTheSummary) {
  data.before_each_call([](const Call&) {
    throw Error(ErrorCode::refused, "orders: a rule is missing").with_problems({"promotions.order_id"});
  });
  const auto answer = ask("DELETE", tenant_path);
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  const auto body = json::parse(answer.body);
  EXPECT_EQ(body["type"], "urn:tenure:error:refused");
  EXPECT_EQ(body["detail"], "orders: a rule is missing");
  EXPECT_EQ(body["problems"], json({"promotions.order_id"}));
  EXPECT_EQ(body["summary"]["success"], false);
  EXPECT_EQ(body["summary"]["errors"], json({"orders: a rule is missing", "promotions.order_id"}));
  EXPECT_EQ(ask("GET", tenant_path + "/deletion-preview").status, 422);
}

TEST_F(ContractRoutesTest, WhatABugOfOursSaysIsForTheLogOnly) {
  data.before_each_call([](const Call&) { throw Error(ErrorCode::internal, "row of Ada Lovelace"); });
  EXPECT_EQ(ask("DELETE", tenant_path).body.find("Ada"), std::string::npos);
  data.before_each_call([](const Call&) { throw std::runtime_error("row of Ada Lovelace"); });
  for (const auto& answer : {ask("DELETE", tenant_path), ask("GET", tenant_path + "/deletion-preview")}) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("Ada"), std::string::npos) << answer.body;
  }
  for (const auto& line : server.access_lines())
    EXPECT_EQ(to_json(line).dump().find("runtime error"), std::string::npos);
}

TEST_F(ContractRoutesTest, A3OnlyServiceTokensForTheServiceGetThrough) {
  const std::vector<std::pair<std::string, std::string>> routes = {
      {"GET", tenant_path + "/deletion-preview"},
      {"DELETE", tenant_path},
      {"GET", "/api/v1/orders/user/" + id_of(user) + "/deletion-preview"},
      {"DELETE", "/api/v1/orders/user/" + id_of(user)}};
  auto refused = test::forged_tokens(server.keys(), "orders");
  refused["for another service"] = server.service_token("training").reveal();
  refused["a user's, for another service"] = server.user_token("training").reveal();
  for (const auto& [method, path] : routes) {
    const auto none = ask(method, path, Secret());
    EXPECT_EQ(none.status, 401) << method << path;
    EXPECT_EQ(none.headers.at("www-authenticate"), "Bearer realm=\"tenure\"");
    for (const auto& [name, token] : refused) {
      const auto status = ask(method, path, Secret(token)).status;
      // A header of 100,000 characters does not even get as far as the token filter.
      EXPECT_EQ(status, name == "too long" ? 431 : 401) << method << path << ": " << name;
    }
    EXPECT_EQ(ask(method, path, server.user_token("orders")).status, 403) << method << path;
    EXPECT_EQ(ask(method, path, server.user_token("tenure")).status, 403) << method << path;
  }
  EXPECT_TRUE(data.orders().empty());
  for (const auto& [method, path] : routes) {
    EXPECT_EQ(ask(method, path, server.service_token("orders")).status, 200) << method << path;
    EXPECT_EQ(ask(method, path, server.service_token("tenure")).status, 200) << method << path;
  }
}

TEST_F(ContractRoutesTest, OtherAuthorizationSchemesAreRefused) {
  for (const auto* scheme : {"Basic dTpw", "Bearer", "Bearer ", "Token x", ""}) {
    EXPECT_EQ(ask("DELETE", tenant_path, Secret(), {std::string("Authorization: ") + scheme}).status, 401) << scheme;
  }
  EXPECT_EQ(ask("GET", tenant_path + "/deletion-preview", Secret(),
                {"Authorization: bearer " + server.service_token().reveal()})
                .status,
            200);
}

TEST_F(ContractRoutesTest, PathTricksNeverReachAnotherRoute) {
  const auto authorization = "Authorization: Bearer " + server.service_token().reveal() + "\r\n";
  const auto id = id_of(tenant);
  for (const auto& [path, status] :
       std::vector<std::pair<std::string, int>>{{"/api/v1/orders/tenant/" + id + "/", 404},
                                                {"/api/v1/orders/tenant/" + id + "%2fdeletion-preview", 400},
                                                {"/api/v1/orders/tenant%2f" + id, 400},
                                                {"/api/v1/training/../orders/tenant/" + id, 400},
                                                {"/api/v1/training/%2e%2e/orders/tenant/" + id, 400},
                                                {"/api/v1/training/%252e%252e/orders/tenant/" + id, 400},
                                                {"/api/v1/orders/tenant/" + id + ";x", 400},
                                                {"//api/v1/orders/tenant/" + id, 400},
                                                {"/api/v1/orders//tenant/" + id, 400},
                                                {"/api/v1/%6frders/tenant/" + id, 404},
                                                {"/API/v1/orders/tenant/" + id, 404},
                                                {"/api/v1/orders/tenant/" + id + "%00", 400},
                                                {"http://elsewhere/api/v1/orders/tenant/" + id, 400},
                                                {"/api/v1/orders/tenant/" + id + "?%", 400}}) {
    const auto answer = test::exchange_raw(server.port(), test::raw_request("DELETE", path, authorization));
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + std::to_string(status)) << path << "\n" << answer;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << path;
  }
  EXPECT_TRUE(data.orders().empty());
}

TEST_F(ContractRoutesTest, WrongMethodSaysWhichThereAre) {
  const auto answer = ask("POST", tenant_path);
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "DELETE");
  EXPECT_EQ(ask("DELETE", tenant_path + "/deletion-preview").headers.at("allow"), "GET, HEAD");
}

TEST_F(ContractRoutesTest, AccessLogHoldsThePatternAndNoIds) {
  ask("GET", tenant_path + "/deletion-preview", server.service_token(), {"X-Request-Id: trace-1"});
  ask("DELETE", tenant_path, server.user_token());
  const auto lines = server.access_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].route, "/api/v1/orders/tenant/{tenant_id}/deletion-preview");
  EXPECT_EQ(lines[0].request_id, "trace-1");
  EXPECT_EQ(lines[0].principal, "service");
  EXPECT_EQ(lines[0].status, 200);
  EXPECT_EQ(lines[1].principal, "user");
  EXPECT_EQ(lines[1].status, 403);
  for (const auto& line : lines) EXPECT_EQ(to_json(line).dump().find(id_of(tenant)), std::string::npos);
}

TEST_F(ContractRoutesTest, RequestIdIsTheCallersWhenItIsHarmless) {
  const auto preview = tenant_path + "/deletion-preview";
  EXPECT_EQ(ask("GET", preview, server.service_token(), {"X-Request-Id: a.b-1"}).headers.at("x-request-id"), "a.b-1");
  for (const auto& odd : {std::string("a b"), std::string("{\"x\":1}"), std::string(65, 'a')}) {
    EXPECT_NE(ask("GET", preview, server.service_token(), {"X-Request-Id: " + odd}).headers.at("x-request-id"), odd);
  }
}

TEST(ContractRoutes, TooManyRequestsOfOneCallerAreHeldBack) {
  test::InMemoryStore data;
  test::ListeningServer server(routes_for(data), {}, {.per_second = 0.001, .burst = 2});
  const auto ask = [&](const Secret& token) {
    return http::send({.url = server.url() + "/api/v1/orders/tenant/" + TenantId::random().str() + "/deletion-preview",
                       .bearer = token},
                      Call::within(Milliseconds(20'000)));
  };
  const auto token = server.service_token();
  EXPECT_EQ(ask(token).status, 200);
  EXPECT_EQ(ask(token).status, 200);
  const auto held = ask(token);
  EXPECT_EQ(held.status, 429);
  EXPECT_GT(std::stoi(held.headers.at("retry-after")), 1);
  EXPECT_EQ(ask(server.user_token()).status, 403) << "another caller is not held back";
}

// C7, A10: what a job has erased in another process comes back over the same contract.
TEST_F(ContractRoutesTest, ADeletionIntoAnArchiveIsTakenBack) {
  const auto job = JobId::random().str();
  const std::vector<std::string> archived{"X-Tenure-Job: " + job, "X-Tenure-Epoch: 1", "X-Tenure-Archive-Key: v1.k.x"};
  EXPECT_EQ(ask("DELETE", tenant_path, server.service_token(), archived).status, 200);
  ASSERT_TRUE(data.orders().front().archive_key.has_value());
  EXPECT_EQ(data.orders().front().archive_key->text, "v1.k.x");
  const std::vector<std::string> order{"X-Tenure-Job: " + job, "X-Tenure-Epoch: 2", "X-Tenure-Archive-Key: v1.k.x"};
  const auto answer = ask("POST", tenant_path + "/restore", server.service_token(), order);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.count("idempotent-replayed"), 0U);
  const auto body = json::parse(answer.body);
  EXPECT_EQ(body["restored_counts"], (json{{"orders", 12}, {"order_items", 30}}));
  EXPECT_EQ(body["total_restored"], 42);
  EXPECT_EQ(body["reverted_counts"], json::object());
  EXPECT_EQ(body["service"], "orders");
  EXPECT_EQ(body["tenant_id"], id_of(tenant));
  EXPECT_EQ(ask("POST", tenant_path + "/restore", server.service_token(), order).headers.count("idempotent-replayed"),
            1U);
}

TEST_F(ContractRoutesTest, ARestorationSaysWhichHeaderIsMissingOrWrong) {
  const std::string job = "X-Tenure-Job: " + JobId::random().str();
  for (const auto& [headers, field] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"X-Tenure-Epoch: 2", "X-Tenure-Archive-Key: v1.k.x"}, "X-Tenure-Job"},
           {{"X-Tenure-Job: 7", "X-Tenure-Epoch: 2", "X-Tenure-Archive-Key: v1.k.x"}, "X-Tenure-Job"},
           {{job, "X-Tenure-Archive-Key: v1.k.x"}, "X-Tenure-Epoch"},
           {{job, "X-Tenure-Epoch: -1", "X-Tenure-Archive-Key: v1.k.x"}, "X-Tenure-Epoch"},
           {{job, "X-Tenure-Epoch: 2"}, "X-Tenure-Archive-Key"},
           {{job, "X-Tenure-Epoch: 2", "X-Tenure-Archive-Key: " + std::string(513, 'x')}, "X-Tenure-Archive-Key"}}) {
    const auto answer = ask("POST", tenant_path + "/restore", server.service_token(), headers);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_NE(json::parse(answer.body)["detail"].get<std::string>().find(field), std::string::npos) << answer.body;
  }
  EXPECT_EQ(ask("DELETE", tenant_path, server.service_token(), {"X-Tenure-Archive-Key: v1.k.x"}).status, 400);
  EXPECT_TRUE(data.orders().empty());
}

TEST_F(ContractRoutesTest, ARestorationIsForTheRightServicesTokenOnly) {
  EXPECT_EQ(ask("POST", tenant_path + "/restore", Secret("")).status, 401);
  EXPECT_EQ(ask("POST", tenant_path + "/restore", server.service_token("inventory")).status, 401);
  EXPECT_EQ(ask("POST", user_path + "/restore", server.service_token("training")).status, 400);
}

}  // namespace
}  // namespace tenure::server
