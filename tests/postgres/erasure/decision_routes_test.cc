#include "server/decision_routes.h"

#include <nlohmann/json.hpp>

#include "tests/postgres/erasure/erasure_test.h"

// C4, C9, C10: what people decide about deletion jobs, over HTTP: order, schedule, cancel, approve, retry, restore,
// hold.
namespace tenure::server {
namespace {

using erasure::EraseTenant;
using erasure::EraseUser;
using erasure::JobDecisions;
using erasure::JobRunner;
using erasure::Orchestrator;
using identity::Principal;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kJobs = "/api/v1/auth/deletion-jobs";
constexpr const char* kHolds = "/api/v1/legal-holds";

class DecisionRoutesTest : public erasure::ErasureTest {
 protected:
  DecisionRoutesTest() { add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true}); }

  /// Nothing runs by itself: a test says when.
  void serve(erasure::ErasureTerms terms = {}) {
    orchestrator_ = std::make_unique<Orchestrator>(endpoints_, jobs_, clock_, kImpatient, directories_, terms);
    erase_tenant_ = std::make_unique<EraseTenant>(*orchestrator_);
    erase_user_ = std::make_unique<EraseUser>(*orchestrator_);
    decisions_ = std::make_unique<JobDecisions>(control_, *orchestrator_);
    runner_ = std::make_unique<JobRunner>(jobs_, *orchestrator_, erasure::RunnerSettings{.owner = "server"});
    const DecisionServices services{
        .jobs = {.store = jobs_, .erase_tenant = *erase_tenant_, .runner = *runner_, .waits = waits_},
        .decisions = *decisions_,
        .erase_user = *erase_user_,
        .holds = holds_};
    add_decision_routes(router_, services);
    add_hold_routes(router_, services);
  }

  Response call(const std::string& method, const std::string& path, const json& body = nullptr,
                const std::string& query = "") {
    return call_as(service_, method, path, body, query);
  }
  Response call_as(const Principal& caller, const std::string& method, const std::string& path,
                   const json& body = nullptr, const std::string& query = "") {
    const auto match = std::get<Router::Match>(router_.find(method, path));
    Request request{.method = method, .path = path};
    request.path_parameters = match.path_parameters;
    request.principal = caller;
    request.query = parse_query(query);
    if (!body.is_null()) {
      request.headers["content-type"] = "application/json";
      request.body = body.dump();
    }
    return match.route->handler(request);
  }
  template <class... Arguments>
  Error error_of(const Arguments&... arguments) {
    return error_as(service_, arguments...);
  }
  template <class... Arguments>
  Error error_as(const Principal& caller, const Arguments&... arguments) {
    try {
      call_as(caller, arguments...);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorCode::internal, "none");
  }

  std::string ordered(json more = json::object()) {
    more["tenant_id"] = tenant_.str();
    return json::parse(call("POST", kJobs, more).body).at("job_id");
  }
  static std::string path_of(const std::string& job, const std::string& part = "") {
    return std::string(kJobs) + "/" + job + (part.empty() ? "" : "/" + part);
  }
  std::string state_of(const std::string& job) {
    return std::string(jobs::to_string(jobs_.get(JobId::parse(job)).state));
  }
  void run_next() { orchestrator_->run(jobs_.claim("me", kLease).value(), {}); }
  erasure::ErasureTerms archived() const { return {.archive_keys = ring_, .retention = std::chrono::hours(1)}; }
  std::string digest_now() { return digest_of(erasure::preview_services(orchestrator_->endpoints(), tenant_, {})); }

  static Principal admin(const UserId& user) {
    return {.kind = Principal::Kind::user, .name = user.str(), .is_platform_admin = true};
  }

  const Principal service_{Principal::Kind::service, "billing"};
  const Principal person_{Principal::Kind::user, UserId::random().str()};
  const archive::KeyRing ring_ = archive::KeyRing::parse(archive::KeyRing::generate("k1"));
  Router router_;
  std::unique_ptr<Orchestrator> orchestrator_;
  std::unique_ptr<EraseTenant> erase_tenant_;
  std::unique_ptr<EraseUser> erase_user_;
  std::unique_ptr<JobDecisions> decisions_;
  Turns waits_{"job", 4, 0};
  std::unique_ptr<JobRunner> runner_;
};

TEST_F(DecisionRoutesTest, DeletionIsOrderedForLaterAndMoved) {
  serve();
  const auto response =
      call("POST", kJobs, {{"tenant_id", tenant_.str()}, {"run_at", "2100-01-01T00:00:00+02:00"}, {"priority", 7}});
  EXPECT_EQ(response.status, 202);
  const std::string job = json::parse(response.body).at("job_id");
  EXPECT_EQ(response.headers.at("Location"), path_of(job));
  const auto scheduled = jobs_.get(JobId::parse(job));
  EXPECT_EQ(scheduled.state, jobs::JobState::scheduled);
  EXPECT_EQ(to_rfc3339(*scheduled.run_at), "2099-12-31T22:00:00.000Z");
  EXPECT_EQ(scheduled.priority, 7);
  const auto moved = json::parse(call("PATCH", path_of(job), {{"run_at", "2100-06-01T00:00:00Z"}}).body);
  EXPECT_EQ(moved.at("run_at"), "2100-06-01T00:00:00.000Z");
  EXPECT_EQ(moved.at("priority"), 7);
  call("PATCH", path_of(job), {{"run_at", "2020-01-01T00:00:00Z"}});
  run_next();
  EXPECT_EQ(state_of(job), "completed");
}

TEST_F(DecisionRoutesTest, UsersDeletionIsOrderedByOperatorsOnly) {
  serve();
  const json order = {{"user_id", UserId::random().str()}, {"run_at", "2100-01-01T00:00:00Z"}};
  EXPECT_EQ(error_as(person_, "POST", kJobs, order).code(), ErrorCode::forbidden);
  const auto admin_id = UserId::random();
  const std::string job = json::parse(call_as(admin(admin_id), "POST", kJobs, order).body).at("job_id");
  EXPECT_EQ(jobs_.get(JobId::parse(job)).initiated_by, admin_id);
  EXPECT_EQ(state_of(job), "scheduled");
}

// B1: who has no part in the tenant does not get around its rules by this route.
TEST_F(DecisionRoutesTest, StrangerOrdersNothing) {
  serve();
  const json order = {{"tenant_id", tenant_.str()}};
  EXPECT_EQ(error_as(person_, "POST", kJobs, order).code(), ErrorCode::forbidden);
  EXPECT_EQ(error_as(admin(UserId::random()), "POST", kJobs, order).code(), ErrorCode::forbidden);
  EXPECT_TRUE(jobs_.list({}).jobs.empty());
}

TEST_F(DecisionRoutesTest, PriorityIsForOperatorsToSay) {
  serve();
  const Error error = error_as(person_, "POST", kJobs, json{{"tenant_id", tenant_.str()}, {"priority", 1}});
  EXPECT_EQ(error.code(), ErrorCode::forbidden);
  EXPECT_THAT(error.what(), HasSubstr("priority: "));
}

// Bad input
TEST_F(DecisionRoutesTest, FaultyOrdersNameTheFieldAndChangeNothing) {
  serve();
  const std::string tenant = tenant_.str();
  const std::pair<json, const char*> faulty[] = {
      {json::object(), "tenant_id: "},
      {{{"tenant_id", tenant}, {"user_id", tenant}}, "tenant_id: "},
      {{{"tenant_id", "x"}}, "tenant_id"},
      {{{"tenant_id", tenant}, {"run_at", "tomorrow"}}, "run_at: "},
      {{{"tenant_id", tenant}, {"run_at", "2100-01-01T00:00:00"}}, "run_at: "},
      {{{"tenant_id", tenant}, {"priority", 101}}, "priority: "},
      {{{"tenant_id", tenant}, {"priority", "1"}}, "priority: "},
      {{{"tenant_id", tenant}, {"when", "now"}}, "when"},
  };
  for (const auto& [body, field] : faulty) {
    const Error error = error_of("POST", kJobs, body);
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << body;
    EXPECT_THAT(error.what(), HasSubstr(field)) << body;
  }
  EXPECT_TRUE(jobs_.list({}).jobs.empty());
  EXPECT_EQ(error_of("PATCH", path_of(ordered()), json::object()).code(), ErrorCode::invalid_argument);
}

TEST_F(DecisionRoutesTest, CancellingBeforeAnythingIsDeletedEndsTheJob) {
  serve();
  const auto job = ordered();
  const auto response = call("POST", path_of(job, "cancel"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json::parse(response.body).at("status"), "cancelled");
  EXPECT_EQ(call("POST", path_of(job, "cancel")).status, 200);
}

TEST_F(DecisionRoutesTest, CancellingARunningJobIsAcceptedAndTakenBack) {
  serve(archived());
  const auto job = ordered();
  const auto lease = jobs_.claim("me", kLease).value();
  jobs_.begin_step(lease, "orders", 1);
  const auto response = call("POST", path_of(job, "cancel"));
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(json::parse(response.body).at("cancel_requested").at("by"), "service/billing");
  jobs_.release(lease);
  run_next();
  EXPECT_EQ(state_of(job), "rolled_back");
}

// A job that the caller may not see is not there; one they may see is not theirs to cancel.
TEST_F(DecisionRoutesTest, WhoMayNotDecideCancelsNothing) {
  serve();
  const auto job = ordered();
  EXPECT_EQ(error_as(person_, "POST", path_of(job, "cancel")).code(), ErrorCode::not_found);
  EXPECT_EQ(error_as(person_, "GET", path_of(job, "transitions")).code(), ErrorCode::not_found);
  auto mine = new_job();
  mine.subject = UserId::random();
  mine.initiated_by = person_.user();
  const auto own = jobs_.enqueue(mine).str();
  EXPECT_EQ(error_as(person_, "POST", path_of(own, "cancel")).code(), ErrorCode::forbidden);
  EXPECT_EQ(call_as(person_, "GET", path_of(own, "transitions")).status, 200);
}

TEST_F(DecisionRoutesTest, SecondPersonApprovesWhatWasPreviewed) {
  serve({.needs_approval = true});
  const auto first = UserId::random();
  const auto job = erase_tenant_->enqueue({.tenant = tenant_, .initiated_by = first}, {}).str();
  EXPECT_EQ(state_of(job), "awaiting_approval");
  const json consent = {{"digest", digest_now()}};
  EXPECT_EQ(error_as(admin(first), "POST", path_of(job, "approve"), consent).code(), ErrorCode::forbidden);
  const auto second = UserId::random();
  const auto response = call_as(admin(second), "POST", path_of(job, "approve"), consent);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json::parse(response.body).at("approvals").at(0).at("approver"), second.str());
  run_next();
  EXPECT_EQ(state_of(job), "completed");
}

TEST_F(DecisionRoutesTest, WhatIsNotWhatWouldBeDeletedIsNotApproved) {
  serve({.needs_approval = true});
  const auto job = ordered();
  const json consent = {{"digest", std::string(64, '0')}};
  const Error error = error_as(admin(UserId::random()), "POST", path_of(job, "approve"), consent);
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("digest: "));
  EXPECT_EQ(state_of(job), "awaiting_approval");
}

TEST_F(DecisionRoutesTest, ServiceSaysForWhomItApproves) {
  serve({.needs_approval = true});
  const auto job = ordered();
  EXPECT_THAT(error_of("POST", path_of(job, "approve"), json{{"digest", digest_now()}}).what(),
              HasSubstr("approver: missing"));
  const auto second = UserId::random();
  const json consent = {{"digest", digest_now()}, {"approver", second.str()}};
  EXPECT_THAT(error_as(admin(UserId::random()), "POST", path_of(job, "approve"), consent).what(),
              HasSubstr("approver"));
  call("POST", path_of(job, "approve"), consent);
  EXPECT_EQ(jobs_.get(JobId::parse(job)).approvals.at(0).approver, second);
}

TEST_F(DecisionRoutesTest, FailedJobIsRetriedAndACompletedOneRestored) {
  serve(archived());
  const auto job = ordered();
  EXPECT_EQ(error_of("POST", path_of(job, "retry")).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of("POST", path_of(job, "restore")).code(), ErrorCode::conflict);
  jobs_.finish(jobs_.claim("me", kLease).value(), jobs::JobState::running, jobs::JobState::failed, {"orders: no"});
  EXPECT_EQ(call("POST", path_of(job, "retry")).status, 202);
  run_next();
  ASSERT_EQ(state_of(job), "completed");
  EXPECT_EQ(call("POST", path_of(job, "restore")).status, 202);
  run_next();
  EXPECT_EQ(state_of(job), "rolled_back");
  const auto history = json::parse(call("GET", path_of(job, "transitions")).body).at("transitions");
  EXPECT_EQ(history.front().at("from"), nullptr);
  EXPECT_EQ(history.front().at("by"), "service/billing");
  EXPECT_EQ(history.back().at("to"), "rolled_back");
}

// C10: over HTTP as in the store.
TEST_F(DecisionRoutesTest, HoldStopsADeletionUntilItIsReleased) {
  serve();
  const auto job = ordered();
  const auto placed = call("POST", kHolds, {{"tenant_id", tenant_.str()}, {"reason", "dispute"}});
  EXPECT_EQ(placed.status, 201);
  EXPECT_EQ(json::parse(placed.body).at("placed_by"), "service/billing");
  EXPECT_EQ(state_of(job), "held");
  EXPECT_EQ(error_of("POST", kHolds, json{{"tenant_id", tenant_.str()}, {"reason", "again"}}).code(),
            ErrorCode::conflict);
  EXPECT_EQ(json::parse(call("GET", kHolds).body).at("holds").size(), 1U);
  const auto release = std::string(kHolds) + "/" + tenant_.str() + "/release";
  EXPECT_EQ(json::parse(call("POST", release).body).at("released_by"), "service/billing");
  EXPECT_EQ(error_of("POST", release).code(), ErrorCode::not_found);
  EXPECT_TRUE(json::parse(call("GET", kHolds).body).at("holds").empty());
  EXPECT_EQ(json::parse(call("GET", kHolds, nullptr, "released=true").body).at("holds").size(), 1U);
  EXPECT_EQ(state_of(job), "pending");
}

TEST_F(DecisionRoutesTest, FaultyHoldsAreRefused) {
  serve();
  EXPECT_THAT(error_of("POST", kHolds, json{{"tenant_id", tenant_.str()}}).what(), HasSubstr("reason"));
  EXPECT_THAT(error_of("POST", kHolds, json{{"reason", "x"}}).what(), HasSubstr("tenant_id"));
  EXPECT_THAT(error_of("POST", kHolds, json{{"tenant_id", "x"}, {"reason", "x"}}).what(), HasSubstr("tenant_id"));
  EXPECT_THAT(error_of("GET", kHolds, json(), std::string("released=maybe")).what(), HasSubstr("released: "));
  EXPECT_THAT(error_of("GET", kHolds, json(), std::string("limit=0")).what(), HasSubstr("limit: "));
  EXPECT_TRUE(holds_.list({.with_released = true}).holds.empty());
}

}  // namespace
}  // namespace tenure::server
