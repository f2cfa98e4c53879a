#include "server/job_routes.h"

#include <nlohmann/json.hpp>

#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::server {
namespace {

using erasure::EraseTenant;
using erasure::JobRunner;
using erasure::Orchestrator;
using nlohmann::json;
using ::testing::HasSubstr;

class JobRoutesTest : public erasure::ErasureTest {
 protected:
  JobRoutesTest() {
    db_.run("create table public.tenants (id uuid primary key, name text)");
    db_.run("insert into public.tenants values ('" + tenant_.str() + "', 'Forn Vell')");
    directories_.tenants = &record_;
  }

  void serve() {
    orchestrator_ = std::make_unique<Orchestrator>(orchestrator());
    erase_tenant_ = std::make_unique<EraseTenant>(*orchestrator_);
    runner_ = std::make_unique<JobRunner>(
        jobs_, *orchestrator_,
        erasure::RunnerSettings{.owner = "server", .jobs_at_once = 1, .poll = std::chrono::minutes(10)});
    add_job_routes(router_, {.store = jobs_, .erase_tenant = *erase_tenant_, .runner = *runner_, .waits = waits_});
    runner_->start();
  }

  Response call(const std::string& method, const std::string& path, const std::string& query = "",
                Fields headers = {}) {
    const auto match = std::get<Router::Match>(router_.find(method, path));
    Request request{.method = method, .path = path};
    request.path_parameters = match.path_parameters;
    if (const auto tenant = request.path_parameters.find("tenant_id"); tenant != request.path_parameters.end()) {
      request.tenant = TenantId::parse(tenant->second);
    }
    request.principal = identity::Principal{identity::Principal::Kind::service, "orchestrator"};
    request.query = parse_query(query);
    request.headers = std::move(headers);
    return match.route->handler(request);
  }
  template <class... Arguments>
  Error error_of(const Arguments&... arguments) {
    try {
      call(arguments...);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorCode::internal, "none");
  }
  std::string tenant_path() const { return "/api/v1/tenants/" + tenant_.str(); }

  erasure::PostgresTenantRecord record_{pool_, {.service = "tenant", .table = "tenants"}};
  Router router_;
  std::unique_ptr<Orchestrator> orchestrator_;
  std::unique_ptr<EraseTenant> erase_tenant_;
  Turns waits_{"job", 4, 0};
  std::unique_ptr<JobRunner> runner_;
};

// B10: without managed tenants there is no sweep, and no membership that could let a person in.
TEST_F(JobRoutesTest, AreFewerWithoutManagedTenants) {
  serve();
  EXPECT_EQ(router_.routes().size(), 4U);
}

// B1, C2: waits and returns the whole summary.
TEST_F(JobRoutesTest, DeleteReturnsTheResult) {
  add("orders", {.rows = {{"orders", 3}}});
  serve();
  const Response response = call("DELETE", tenant_path());
  EXPECT_EQ(response.status, 200);
  const json body = json::parse(response.body);
  EXPECT_EQ(body.at("status"), "completed");
  EXPECT_EQ(body.at("tenant_name"), "Forn Vell");
  EXPECT_EQ(body.at("total_items_deleted"), 3);
}

TEST_F(JobRoutesTest, DeleteThatFailedSaysSo) {
  add("orders", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  serve();
  const Response response = call("DELETE", tenant_path());
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(json::parse(response.body).at("status"), "failed");
}

// C4: the job can be watched meanwhile.
TEST_F(JobRoutesTest, DeleteMayAnswerAtOnce) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .hangs = true});
  serve();
  const Response response = call("DELETE", tenant_path(), "", {{"prefer", "wait=5, Respond-Async, respond-async;x=1"}});
  EXPECT_EQ(response.status, 202);
  const std::string id = json::parse(response.body).at("job_id");
  EXPECT_EQ(response.headers.at("Location"), "/api/v1/auth/deletion-jobs/" + id);
  orders.wait_until_asked();
  EXPECT_EQ(json::parse(call("GET", response.headers.at("Location")).body).at("status"), "running");
  EXPECT_EQ(error_of("DELETE", tenant_path()).code(), ErrorCode::conflict);
  orders.recover();
  runner_->wait_for_end(JobId::parse(id), Call::within(std::chrono::minutes(1)));
  EXPECT_EQ(json::parse(call("GET", response.headers.at("Location")).body).at("status"), "completed");
}

// Bad input
TEST_F(JobRoutesTest, WrongInputNamesItsField) {
  serve();
  const std::string list = "/api/v1/auth/deletion-jobs";
  EXPECT_THAT(error_of("DELETE", std::string("/api/v1/tenants/17")).what(), HasSubstr("tenant_id: "));
  EXPECT_EQ(error_of("DELETE", "/api/v1/tenants/" + TenantId::random().str()).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of("GET", "/api/v1/deletion-preview/" + TenantId::random().str()).code(), ErrorCode::not_found);
  EXPECT_THAT(error_of("GET", list + "/17").what(), HasSubstr("job_id: "));
  EXPECT_EQ(error_of("GET", list + "/" + JobId::random().str()).code(), ErrorCode::not_found);
  const std::pair<const char*, const char*> wrong[] = {
      {"limit=0", "limit: "},         {"limit=5x", "limit: "}, {"limit=", "limit: "}, {"status=odd", "status: "},
      {"tenant_id=x", "tenant_id: "}, {"cursor=", "cursor: "}, {"order=asc", "order"}};
  for (const auto& [query, field] : wrong) {
    const Error error = error_of("GET", list, query);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << query;
    EXPECT_THAT(error.what(), HasSubstr(field));
  }
}

// C4: filters and pages.
TEST_F(JobRoutesTest, ListIsPaged) {
  serve();
  for (int at = 0; at < 3; ++at) call("DELETE", tenant_path());
  const std::string list = "/api/v1/auth/deletion-jobs";
  const json first = json::parse(call("GET", list, "limit=2&status=completed&tenant_id=" + tenant_.str()).body);
  EXPECT_EQ(first.at("jobs").size(), 2U);
  const std::string cursor = first.at("next_cursor");
  const json rest = json::parse(call("GET", list, "limit=2&cursor=" + cursor).body);
  EXPECT_EQ(rest.at("jobs").size(), 1U);
  EXPECT_TRUE(rest.at("next_cursor").is_null());
}

// C12
TEST_F(JobRoutesTest, PreviewHoldsEveryService) {
  add("orders", {.rows = {{"orders", 3}}});
  add("pos", {.failure = Error(ErrorCode::unavailable, "down")});
  serve();
  const json body = json::parse(call("GET", "/api/v1/deletion-preview/" + tenant_.str()).body);
  EXPECT_EQ(body.at("tenant_name"), "Forn Vell");
  EXPECT_EQ(body.at("total_items"), 3);
  EXPECT_EQ(body.at("services").at("pos").at("errors"), json({"down"}));
}

}  // namespace
}  // namespace tenure::server
