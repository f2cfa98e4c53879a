#include "erasure/orchestrator.h"

#include <latch>
#include <nlohmann/json.hpp>

#include "erasure/job_json.h"
#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::StepState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class OrchestratorTest : public ErasureTest {};

// C1, C2: every service, one result.
TEST_F(OrchestratorTest, ErasesFromEveryService) {
  add("orders", {.rows = {{"orders", 3}, {"order_items", 4}}});
  add("sales", {.rows = {{"sales", 5}}});
  add_tenant_record();
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 13);
  EXPECT_THAT(job.error_log, IsEmpty());
  EXPECT_EQ(step(job, "orders").deleted_counts, (jobs::Counts{{"orders", 3}, {"order_items", 4}}));
  EXPECT_EQ(step(job, "sales").attempts, 1);
}

// C2, C3: what the table holds is what the result says.
TEST_F(OrchestratorTest, StoredServiceResultsAreThoseOfTheContract) {
  add("orders", {.rows = {{"orders", 3}}});
  add("pos", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  const auto job = erase();
  const auto stored = nlohmann::json::parse(db_.value("select service_results from tenure.deletion_jobs"));
  EXPECT_EQ(stored, job_to_json(job).at("service_results"));
}

// C1: all in parallel; each waits here until the others have been called too.
TEST_F(OrchestratorTest, CallsServicesInParallel) {
  const auto all_called = std::make_shared<std::latch>(4);
  for (const auto* name : {"a", "b", "c", "d"}) {
    add(name, {.before_erase = [all_called] { all_called->arrive_and_wait(); }});
  }
  EXPECT_EQ(erase().state, JobState::completed);
}

// C13: the tenant record goes last, when all others have been counted again.
TEST_F(OrchestratorTest, ErasesTheTenantRecordAfterTheRecount) {
  auto& record = add_tenant_record();
  auto& orders = add("orders", {.rows = {{"orders", 1}}});
  const auto job_orchestrator = orchestrator();
  EXPECT_THAT(job_orchestrator.steps(SubjectKind::tenant), ElementsAre("orders", "tenant"));
  int verified_before = -1;
  Orchestrator runs = orchestrator();
  const auto job = runs.run(leased(), {}, [&](const ErasureEvent& event) {
    if (event.service == "tenant" && event.step_state == StepState::running && verified_before < 0) {
      verified_before = orders.verifications();
      EXPECT_EQ(event.job_state, JobState::verifying);
    }
  });
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(verified_before, 1);
  EXPECT_EQ(record.verifications(), 1);
}

// C1, C13: one failure keeps the others' results and leaves the tenant record alone.
TEST_F(OrchestratorTest, FailingServiceLeavesTheOthersResultsAndTheTenantRecord) {
  add("orders", {.rows = {{"orders", 3}}});
  add("pos", {.rows = {{"sessions", 9}}, .failure = Error(ErrorCode::refused, "a rule is missing")});
  auto& record = add_tenant_record();
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.total_items_deleted, 3);
  EXPECT_EQ(step(job, "orders").state, StepState::done);
  EXPECT_EQ(step(job, "pos").state, StepState::failed);
  EXPECT_THAT(job.error_log, ElementsAre("pos: a rule is missing"));
  EXPECT_EQ(step(job, "tenant").state, StepState::pending);
  EXPECT_THAT(record.orders(), IsEmpty());
}

// An erasure can be started again; what is empty already counts zero.
TEST_F(OrchestratorTest, ErasureAfterAFailureIsANewJob) {
  add("orders", {.rows = {{"orders", 3}}});
  auto& pos = add("pos", {.rows = {{"sessions", 9}}, .failure = Error(ErrorCode::unavailable, "down")});
  add_tenant_record();
  const auto first = erase();
  pos.recover();
  const auto second = erase();
  EXPECT_NE(second.id, first.id);
  EXPECT_GT(second.lease_epoch, first.lease_epoch);
  EXPECT_EQ(second.state, JobState::completed);
  EXPECT_EQ(step(second, "orders").deleted_counts, (jobs::Counts{{"orders", 0}}));
  EXPECT_EQ(step(second, "pos").total, 9);
}

// C1: its own timeout ends a slow service.
TEST_F(OrchestratorTest, SlowServiceFailsAtItsTimeoutAndHoldsUpNobody) {
  add("orders", {.rows = {{"orders", 3}}});
  add("pos", {.rows = {{"sessions", 9}}, .hangs = true}, Milliseconds(100));
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(step(job, "orders").state, StepState::done);
  EXPECT_EQ(step(job, "pos").state, StepState::failed);
  EXPECT_THAT(job.error_log, ElementsAre(HasSubstr("the deadline passed")));
  EXPECT_GE(step(job, "pos").duration, Milliseconds(100));
}

// C1: results are stored while another service still hangs.
TEST_F(OrchestratorTest, ResultsAreStoredAsTheyArrive) {
  add("orders", {.rows = {{"orders", 3}}});
  auto& slow = add("slow", {.rows = {{"runs", 1}}, .hangs = true});
  std::string stored;
  Orchestrator runs = orchestrator();
  const auto job = runs.run(leased(), {}, [&](const ErasureEvent& event) {
    if (event.service != "orders" || event.step_state != StepState::done) return;
    stored = db_.value("select service_results #>> '{orders,total}' from tenure.deletion_jobs");
    slow.recover();
  });
  EXPECT_EQ(stored, "3");
  EXPECT_EQ(job.state, JobState::completed);
}

// C1: a service that ignores its deadline is given up on; what it did is unknown.
TEST_F(OrchestratorTest, ServiceThatIgnoresItsDeadlineIsAbandoned) {
  add("orders", {.rows = {{"orders", 3}}});
  auto& deaf = add("deaf", {.ignores_deadline = true}, Milliseconds(20));
  auto& record = add_tenant_record();
  const auto job = erase({.lease = kLease, .grace = Milliseconds(20), .give_up_after = Milliseconds(0)});
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(step(job, "orders").state, StepState::done);
  EXPECT_EQ(step(job, "deaf").state, StepState::unknown);
  EXPECT_THAT(job.error_log, ElementsAre(StartsWith("deaf: timeout: no answer within 20 ms")));
  EXPECT_THAT(record.orders(), IsEmpty());
  deaf.release();
}

// C6: a lost answer is asked about with the same key, and the receipt has the counts.
// C8: what is too large for one call goes on in the next, at once, and is no failure however many it takes.
TEST_F(OrchestratorTest, ServiceThatGetsOnIsCalledUntilItIsDone) {
  int parts = 0;
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .before_erase = [&] {
                                  if (++parts < 20) throw Error(ErrorCode::unfinished, "part of it", Retry::later);
                                }});
  const auto job = erase();
  EXPECT_EQ(job.state, jobs::JobState::completed);
  EXPECT_EQ(step(job, "orders").attempts, 20);
  EXPECT_EQ(step(job, "orders").failures, 0);
  for (const auto& order : orders.orders()) EXPECT_EQ(order.idempotency_key, orders.orders().front().idempotency_key);
}

// One that gets on and then is away for a moment has not been away since its beginning.
TEST_F(OrchestratorTest, FailuresAreCountedFromTheLastTimeItGotOn) {
  int calls = 0;
  add("orders", {.rows = {{"orders", 3}}, .before_erase = [&] {
                   ++calls;
                   if (calls == 2 || calls == 4) throw Error(ErrorCode::unavailable, "away", Retry::later);
                   if (calls < 6) throw Error(ErrorCode::unfinished, "part of it", Retry::later);
                 }});
  // Two failures in a row, 250 and 500 ms, would be too much.
  auto settings = kImpatient;
  settings.give_up_after = Milliseconds(700);
  auto job = erase(settings);
  while (!jobs::is_terminal(job.state)) {
    db_.run("update tenure.deletion_jobs set not_before = null");
    job = orchestrator(settings).run(jobs_.claim("me", kLease).value(), {});
  }
  EXPECT_EQ(job.state, jobs::JobState::completed);
  EXPECT_EQ(calls, 6);
}

TEST_F(OrchestratorTest, LostAnswerIsAskedForAgain) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .lost_answers = 1});
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(step(job, "orders").total, 3);
  EXPECT_EQ(step(job, "orders").attempts, 2);
  const auto asked = orders.orders();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].idempotency_key, job.id.str() + "/orders");
  EXPECT_EQ(asked[1].idempotency_key, asked[0].idempotency_key);
  EXPECT_EQ(asked[0].epoch, job.lease_epoch);
  EXPECT_EQ(asked[0].job, job.id);
}

TEST_F(OrchestratorTest, AnswerLostTwiceIsUnknown) {
  add("orders", {.rows = {{"orders", 3}}, .lost_answers = 2});
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(step(job, "orders").state, StepState::unknown);
  EXPECT_EQ(step(job, "orders").attempts, 2);
}

// C13: rows that came late go too, under a key of their own.
TEST_F(OrchestratorTest, LateRowsAreErasedInAnotherRound) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .late_arrivals = 1, .late_rows = {{"orders", 2}}});
  add_tenant_record();
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(step(job, "orders").deleted_counts, (jobs::Counts{{"orders", 5}}));
  EXPECT_EQ(step(job, "orders").round, 2);
  ASSERT_EQ(orders.orders().size(), 2U);
  EXPECT_EQ(orders.orders()[1].idempotency_key, job.id.str() + "/orders/2");
}

TEST_F(OrchestratorTest, RowsThatKeepComingFailTheJobByTableAndCount) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .late_arrivals = 9, .late_rows = {{"orders", 2}}});
  add("sales", {.rows = {{"sales", 1}}});
  auto& record = add_tenant_record();
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error_log, ElementsAre("orders: verification: left after 3 rounds: orders: 2 rows"));
  EXPECT_EQ(step(job, "orders").total, 3 + 2 + 2);
  EXPECT_EQ(step(job, "sales").state, StepState::done);
  EXPECT_EQ(orders.orders().size(), 3U);
  EXPECT_THAT(record.orders(), IsEmpty());
}

// C13: no completion without a count of zero.
TEST_F(OrchestratorTest, RecountThatFailsIsTriedAgainAndThenFailsTheJob) {
  auto& orders =
      add("orders",
          {.rows = {{"orders", 3}}, .verify_failure = Error(ErrorCode::unavailable, "down"), .verify_failures = 1});
  EXPECT_EQ(erase().state, JobState::completed);
  EXPECT_EQ(orders.verifications(), 2);
  endpoints_.clear();
  add("orders", {.verify_failure = Error(ErrorCode::unavailable, "down"), .verify_failures = 2});
  const auto job = erase();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error_log, ElementsAre("orders: verification: down"));
}

// C2: a watcher sees the counts grow and every state.
TEST_F(OrchestratorTest, WatcherSeesEveryState) {
  add("orders", {.rows = {{"orders", 3}}});
  std::vector<std::string> seen;
  Orchestrator runs = orchestrator();
  runs.run(leased(), {}, [&](const ErasureEvent& event) {
    const auto what = event.service.empty() ? to_string(event.job_state) : to_string(event.step_state);
    seen.push_back(event.service + ":" + std::string(what) +
                   (event.deleted_counts.empty() ? "" : "=" + std::to_string(event.deleted_counts.at("orders"))));
  });
  EXPECT_THAT(seen, ElementsAre("orders:running", "orders:running=3", "orders:done=3", ":verifying", ":completed"));
}

TEST_F(OrchestratorTest, JobOfAnotherEstateFailsAndChangesNothing) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}});
  const auto lease = jobs_.enqueue_leased({.subject = tenant_, .services = {"gone"}}, "me", kLease);
  const auto job = orchestrator().run(lease, {});
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error_log, Contains(StartsWith("orders: added to the estate")));
  EXPECT_THAT(job.error_log, Contains(StartsWith("gone: no longer in the estate")));
  EXPECT_THAT(orders.orders(), IsEmpty());
}

}  // namespace
}  // namespace tenure::erasure
