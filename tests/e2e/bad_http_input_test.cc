#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/bakery.h"
#include "tests/support/raw_http.h"

// "Bad input" of the specification, over HTTP: a problem that names the field, no stack trace, and nothing changed.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct BadRequest {
  std::string name;
  std::string method;
  std::string path;
  int status;
  std::string detail;  ///< is in the problem's detail
  std::vector<std::string> headers = {};
};

constexpr const char* kId = "7d3c1c8e-5a55-4c0e-9d0a-2f6f6f1b7a10";

std::string with_id(const std::string& pattern) { return fmt::format(fmt::runtime(pattern), kId); }

const std::vector<BadRequest> kBadRequests = {
    {"UuidOfAPreview", "GET", "/api/v1/orders/tenant/not-a-uuid/deletion-preview", 400, "tenant_id"},
    {"UuidOfADeletion", "DELETE", "/api/v1/orders/tenant/1", 400, "tenant_id"},
    {"UuidWithBraces", "DELETE", with_id("/api/v1/orders/tenant/%7B{}%7D"), 400, "tenant_id"},
    {"UuidWithSql", "DELETE", "/api/v1/orders/tenant/%27%20OR%201=1", 400, "tenant_id"},
    {"UuidOfAUser", "DELETE", "/api/v1/training/models/user/me", 400, "user_id"},
    {"UuidOfATenant", "DELETE", "/api/v1/tenants/all", 400, "tenant_id"},
    {"UuidOfAnAggregatedPreview", "GET", "/api/v1/deletion-preview/0", 400, "tenant_id"},
    {"UuidOfAJob", "GET", "/api/v1/auth/deletion-jobs/last", 400, "job_id"},
    {"UuidOfAFilter", "GET", "/api/v1/auth/deletion-jobs?tenant_id=x", 400, "tenant_id"},
    {"Status", "GET", "/api/v1/auth/deletion-jobs?status=happy", 400, "status"},
    {"Limit", "GET", "/api/v1/auth/deletion-jobs?limit=many", 400, "limit"},
    {"LimitOfNothing", "GET", "/api/v1/auth/deletion-jobs?limit=0", 400, "limit"},
    {"LimitBeyondTheHighest", "GET", "/api/v1/auth/deletion-jobs?limit=501", 400, "limit"},
    {"Cursor", "GET", "/api/v1/auth/deletion-jobs?cursor=AAAA", 400, "cursor"},
    {"UnknownParameter", "GET", "/api/v1/auth/deletion-jobs?tenant=x", 400, "tenant"},
    {"ParameterWhereThereIsNone", "DELETE", with_id("/api/v1/tenants/{}?force=true"), 400, "force"},
    {"ParameterGivenTwice", "GET", "/api/v1/auth/deletion-jobs?limit=1&limit=2", 400, "limit"},
    {"EncodedSlash", "GET", with_id("/api/v1/orders%2Ftenant/{}/deletion-preview"), 400, "path"},
    {"EncodedSlashInAnId", "DELETE", with_id("/api/v1/orders/tenant/{}%2F.."), 400, "path"},
    {"DoublyEncodedSlash", "DELETE", with_id("/api/v1/orders/tenant/{}%252F"), 400, "path"},
    {"EncodedDots", "DELETE", with_id("/api/v1/orders/%2e%2e/tenant/{}"), 400, "path"},
    {"EncodedNul", "DELETE", with_id("/api/v1/orders/tenant/{}%00"), 400, "path"},
    {"BrokenPercent", "DELETE", "/api/v1/orders/tenant/%ZZ", 400, "path"},
    {"UnknownService", "DELETE", with_id("/api/v1/bakeries/tenant/{}"), 404, "nothing at this path"},
    {"NameOfAServiceInsteadOfItsPrefix", "DELETE", with_id("/api/v1/alert_processor/tenant/{}"), 404, "nothing"},
    {"WrongMethod", "POST", with_id("/api/v1/orders/tenant/{}"), 405, "DELETE"},
    {"UnknownTenant", "DELETE", with_id("/api/v1/tenants/{}"), 404, "tenant"},
    {"UnknownJob", "GET", with_id("/api/v1/auth/deletion-jobs/{}"), 404, "job"},
    {"LongIdempotencyKey",
     "DELETE",
     with_id("/api/v1/orders/tenant/{}"),
     400,
     "Idempotency-Key",
     {"Idempotency-Key: " + std::string(300, 'k')}},
    {"Epoch", "DELETE", with_id("/api/v1/orders/tenant/{}"), 400, "X-Tenure-Epoch", {"X-Tenure-Epoch: -1"}},
    {"Job", "DELETE", with_id("/api/v1/orders/tenant/{}"), 400, "X-Tenure-Job", {"X-Tenure-Job: mine"}},
};

void expect_problem(const Answer& answer, int status, const std::string& detail) {
  EXPECT_EQ(answer.status, status) << answer;
  EXPECT_EQ(answer.type(), "application/problem+json");
  EXPECT_EQ(answer.body.value("status", 0), status);
  EXPECT_THAT(answer.detail(), HasSubstr(detail));
  EXPECT_THAT(answer.body.dump(), Not(HasSubstr(".cc:")));
}

class BadHttpInput : public ::testing::TestWithParam<BadRequest> {
 protected:
  Bakery& bakery_ = Bakery::instance();
};

TEST_P(BadHttpInput, IsAProblemThatNamesTheField) {
  const auto& bad = GetParam();
  auto& databases = bakery_.databases();
  const auto before = databases.digest("orders", "orders") + databases.digest("tenant", "tenancy.tenants") +
                      databases.digest("control", "tenure.deletion_jobs");
  expect_problem(bakery_.send(bad.method, bad.path, bad.headers), bad.status, bad.detail);
  EXPECT_EQ(databases.digest("orders", "orders") + databases.digest("tenant", "tenancy.tenants") +
                databases.digest("control", "tenure.deletion_jobs"),
            before);
}

INSTANTIATE_TEST_SUITE_P(Requests, BadHttpInput, ::testing::ValuesIn(kBadRequests),
                         [](const auto& test) { return test.param.name; });

class BadBytes : public ::testing::Test {
 protected:
  static std::string answer_to(const std::string& request) {
    return test::exchange_raw(Bakery::instance().server().port(), request);
  }
  static void expect_refused(const std::string& answer, const std::string& status) {
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + status) << answer;
    EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    EXPECT_THAT(answer, HasSubstr("\"detail\""));
  }
};

TEST_F(BadBytes, OversizeBody) {
  expect_refused(answer_to(test::raw_request("DELETE", with_id("/api/v1/tenants/{}"), "", std::string(2U << 20U, 'x'))),
                 "413");
}

TEST_F(BadBytes, OversizeHeader) {
  expect_refused(answer_to(test::raw_request("GET", "/health/live", "X-Long: " + std::string(20'000, 'x') + "\r\n")),
                 "431");
}

TEST_F(BadBytes, OversizePath) {
  expect_refused(answer_to(test::raw_request("GET", "/" + std::string(10'000, 'x'))), "414");
}

TEST_F(BadBytes, NoHttp) { expect_refused(answer_to("hello\r\n\r\n"), "400"); }

// A3: what a token can be wrong in is in the unit tests; here that the server as it is put together looks at it.
TEST_F(BadBytes, AuthorizationThatIsNoBearerToken) {
  for (const auto* header : {"Authorization: Basic dGVudXJlOnRlbnVyZQ==\r\n", "Authorization: Bearer\r\n",
                             "Authorization: Bearer a.b.c\r\n", "Authorization: \r\n"}) {
    const auto answer = answer_to(test::raw_request("GET", "/api/v1/auth/deletion-jobs", header));
    expect_refused(answer, "401");
    EXPECT_THAT(answer, HasSubstr("WWW-Authenticate: Bearer"));
  }
}

}  // namespace
}  // namespace tenure::e2e
