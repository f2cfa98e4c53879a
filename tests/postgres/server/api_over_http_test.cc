#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "http/client.h"
#include "server/http_server.h"
#include "tests/postgres/server/api_description.h"
#include "tests/postgres/server/orders.h"
#include "tests/support/raw_http.h"

// Spec B9, B10 and "Bad input" where it is HTTP that comes in: what the gateway decides is what arrives, and what is no
// request, or too large for one, is a problem with a request id like any other.
namespace tenure::server {
namespace {

using nlohmann::json;
using test::raw_request;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class ApiOverHttp : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static void SetUpTestSuite() {
    server_ = std::make_unique<HttpServer>(
        HttpServerSettings{.workers = 4,
                           .on_refused = [](const RefusedRequest& refused) { estate().note_refused(refused); }},
        [](Request request) { return estate().answer(std::move(request)); });
  }
  static void TearDownTestSuite() { server_.reset(); }

  static http::Answer send(const Request& order) {
    std::vector<std::string> headers;
    Secret bearer;
    for (const auto& [name, value] : order.headers) {
      if (name == "authorization") {
        bearer = Secret(value.substr(7));
      } else {
        headers.push_back(name + ": " + value);
      }
    }
    const auto query = order.query_text.empty() ? "" : "?" + order.query_text;
    return http::send({.method = order.method,
                       .url = server_->url() + order.path + query,
                       .headers = headers,
                       .body = order.body,
                       .bearer = bearer},
                      Call::within(std::chrono::seconds(60)));
  }
  static std::string exchange(const std::string& bytes) { return test::exchange_raw(server_->port(), bytes); }

  /// An answer in bytes is a whole problem, under an id that the log has too.
  static void expect_problem(const std::string& answer, const std::string& status) {
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status + " "));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
    const auto body = json::parse(answer.substr(std::min(answer.find("\r\n\r\n"), answer.size())), nullptr, false);
    ASSERT_TRUE(body.is_object()) << answer;
    EXPECT_EQ(body.value("status", 0), std::stoi(status));
    const auto id = body.value("request_id", "");
    EXPECT_THAT(answer, HasSubstr("\r\nX-Request-Id: " + id + "\r\n"));
    const auto log = estate().take_log();
    EXPECT_TRUE(std::any_of(log.begin(), log.end(), [&](const std::string& line) {
      return line.find(id) != std::string::npos && line.find("\"status\":" + status) != std::string::npos;
    })) << id;
  }

  inline static std::unique_ptr<HttpServer> server_;
};

// A sample of the matrix that refused_callers_test.cc and admitted_callers_test.cc walk without HTTP.
TEST_F(ApiOverHttp, DecidesAsTheGatewayDoes) {
  const Scene scene(estate());
  const auto people = people_of(estate(), scene);
  for (const auto* name : {"GET /api/v1/tenants/{tenant_id}", "GET /api/v1/tenants/{tenant_id}/invitations",
                           "PUT /api/v1/tenants/{tenant_id}/settings/{name}", "GET /api/v1/auth/users",
                           "GET /api/v1/tenants/user/{user_id}/memberships", "GET /api/v1/auth/deletion-jobs/{job_id}",
                           "GET /api/v1/{svc}/tenant/{tenant_id}/deletion-preview"}) {
    const auto& written = written_route(name);
    const auto& route = *running_routes(estate().api().router(), name).front();
    auto callers = services_for(estate(), route);
    callers.insert(callers.end(), people.begin(), people.end());
    for (const auto& caller : callers) {
      const bool may = may_call(written, caller.kinds);
      const int refusal = caller.is_service() || is_for_services_only(written) ? 403 : written.refusal;
      const auto answer = send(order_for(route, scene, caller));
      EXPECT_EQ(answer.status, may ? written.success : refusal) << name << ", " << caller.name << answer.body;
      EXPECT_EQ(answer.headers.count("x-request-id"), 1U);
    }
    EXPECT_EQ(send(order_for(route, scene, Caller{.name = "nobody", .kinds = {}})).status, 401) << name;
  }
}

TEST_F(ApiOverHttp, RefusesWhatIsTooLarge) {
  const auto token = "Authorization: Bearer " + estate().service_token().reveal() + "\r\n";
  expect_problem(exchange(raw_request("POST", "/api/v1/tenants", token, std::string((1U << 20U) + 1, 'x'))), "413");
  expect_problem(exchange(raw_request("POST", "/api/v1/tenants", token + "Content-Length: 9999999999\r\n")), "413");
  expect_problem(exchange(raw_request("GET", "/api/v1/tenants?cursor=" + std::string(5000, 'x'), token)), "414");
  expect_problem(
      exchange(raw_request("GET", "/api/v1/tenants", "Authorization: Bearer " + std::string(9000, 'x') + "\r\n")),
      "431");
  std::string many;
  for (int at = 0; at < 100; ++at) many += "X-" + std::to_string(at) + ": 1\r\n";
  expect_problem(exchange(raw_request("GET", "/api/v1/tenants", token + many)), "431");
}

TEST_F(ApiOverHttp, TakesABodyOfTheLargestSize) {
  const auto token = "Authorization: Bearer " + estate().service_token().reveal() + "\r\n";
  const std::string start = R"({"name":")";
  const auto body = start + std::string((1U << 20U) - start.size() - 2, 'x') + "\"}";
  const auto answer = exchange(raw_request("POST", "/api/v1/tenants", token, body));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer, HasSubstr("owner_id: missing"));
}

TEST_F(ApiOverHttp, AnswersWhatIsNoRequestWithAProblem) {
  for (const auto* bytes : {"hello\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x01\r\n\r\n", "GET / HTTP/x.y\r\n\r\n",
                            "FROBNICATE / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nX Y: 1\r\n\r\n"}) {
    expect_problem(exchange(bytes), "400");
  }
}

// As bytes, because a client would tidy them up.
TEST_F(ApiOverHttp, FindsNothingAtATrickyPath) {
  const Scene scene(estate());
  const auto token = "Authorization: Bearer " + estate().service_token().reveal() + "\r\n";
  const auto tenant = "/api/v1/tenants/" + scene.tenant.str();
  for (const auto& path :
       {"/api/v1/tenants%2f" + scene.tenant.str(), "/api/v1//tenants/" + scene.tenant.str(), tenant + "/..;/",
        tenant + "/../" + scene.tenant.str(), tenant + "/%2e%2e/" + scene.tenant.str(), tenant + "%00",
        tenant + "%252f", tenant + ";a=b", "//127.0.0.1" + tenant, "/x/..%2f.." + tenant}) {
    const auto answer = exchange(raw_request("DELETE", path, token));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << path;
    EXPECT_THAT(answer, HasSubstr("path: ")) << path;
  }
  EXPECT_THAT(exchange(raw_request("DELETE", tenant + "/", token)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(exchange(raw_request("DELETE", "http://127.0.0.1" + tenant, token)), Not(HasSubstr(" 200 ")));
  EXPECT_THAT(exchange(raw_request("GET", tenant, token)), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ApiOverHttp, AnswersHeadAsGetWithoutItsBody) {
  const Scene scene(estate());
  const auto path = "/api/v1/tenants/" + scene.tenant.str();
  const auto token = "Authorization: Bearer " + estate().service_token().reveal() + "\r\n";
  const auto length_in = [](const std::string& answer) {
    const auto at = answer.find("Content-Length: ");
    return answer.substr(at, answer.find("\r\n", at) - at);
  };
  const auto get = exchange(raw_request("GET", path, token));
  const auto head = exchange(raw_request("HEAD", path, token));
  EXPECT_EQ(head.substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(length_in(head), length_in(get));
  EXPECT_EQ(head.substr(head.find("\r\n\r\n")), "\r\n\r\n");
  EXPECT_THAT(exchange(raw_request("HEAD", path)), StartsWith("HTTP/1.1 401 "));
}

TEST_F(ApiOverHttp, NamesTheMethodsOfAPath) {
  const auto answer = exchange(raw_request("PUT", "/api/v1/tenants"));
  expect_problem(answer, "405");
  EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, HEAD, POST\r\n"));
}

TEST_F(ApiOverHttp, AnswersUnderTheCallersRequestId) {
  const auto answer = exchange(raw_request("GET", "/api/v1/tenants", "X-Request-Id: trace-7\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Request-Id: trace-7\r\n"));
  expect_problem(answer, "401");
  const auto two = exchange(raw_request("GET", "/health/live", "X-Request-Id: a\r\nX-Request-Id: b\r\n"));
  EXPECT_THAT(two, Not(HasSubstr("X-Request-Id: a")));
}

}  // namespace
}  // namespace tenure::server
