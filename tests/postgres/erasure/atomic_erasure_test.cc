#include "tests/postgres/erasure/erasure_test.h"

// C5: where an estate asks for it, all services' deletions become visible in one instant, by two-phase commit.
namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::StepState;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Error kRefused(ErrorCode::refused, "a rule is missing");
const Error kDown(ErrorCode::unavailable, "the database does not answer", Retry::later);

class AtomicErasureTest : public ErasureTest {
 protected:
  static constexpr OrchestratorSettings kAtomic{.lease = kLease, .grace = Milliseconds(10000), .is_atomic = true};

  test::ScriptedStore& add_atomic(const std::string& name, Script script) {
    script.is_atomic = true;
    return add(name, std::move(script));
  }
  jobs::Job run_again() {
    db_.run(
        "update tenure.deletion_jobs set not_before = null, lease_until = now() - interval '1 second' "
        "where lease_until is not null");
    db_.run("update tenure.deletion_jobs set not_before = null");
    return orchestrator(kAtomic).run(jobs_.claim("next", kLease).value(), {});
  }
};

TEST_F(AtomicErasureTest, CommitsInAllServicesAndCountsTheirRows) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  auto& sales = add_atomic("sales", {.rows = {{"sales", 5}}});
  const auto job = erase(kAtomic);
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 8);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 0}}));
  EXPECT_EQ(sales.rows(), (store::Counts{{"sales", 0}}));
  EXPECT_EQ(db_.value("select array_to_string(services, ',') from tenure.commit_decisions"), "orders,sales");
}

TEST_F(AtomicErasureTest, FailureOfOneLeavesAllAsTheyWere) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  add_atomic("sales", {.rows = {{"sales", 5}}, .failure = kRefused});
  auto& files = add("files", {.rows = {{"files", 1}}});
  const auto job = erase(kAtomic);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
  EXPECT_THAT(orders.prepared_epochs(job.id, {}), IsEmpty());
  EXPECT_THAT(files.orders(), IsEmpty()) << "what cannot prepare comes after what can";
}

TEST_F(AtomicErasureTest, ServiceThatIsDownForNowIsWaitedForWithNothingPrepared) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  auto& sales = add_atomic("sales", {.rows = {{"sales", 5}}, .failure = kDown});
  const auto waiting = erase(kAtomic);
  EXPECT_EQ(waiting.state, JobState::running);
  EXPECT_THAT(orders.prepared_epochs(waiting.id, {}), IsEmpty());
  sales.recover();
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 8);
}

// The decision stands: whatever does not get through is committed later, by whoever runs the job then.
TEST_F(AtomicErasureTest, CommitThatDoesNotGetThroughIsMadeLater) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  auto& sales = add_atomic("sales", {.rows = {{"sales", 5}}, .commit_failures = 1});
  const auto waiting = erase(kAtomic);
  EXPECT_EQ(waiting.state, JobState::running);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 0}}));
  EXPECT_THAT(sales.prepared_epochs(waiting.id, {}), SizeIs(1));
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 8);
  EXPECT_EQ(sales.rows(), (store::Counts{{"sales", 0}}));
}

// Presumed abort: an owner that died before the decision has decided nothing.
TEST_F(AtomicErasureTest, WhatADeadOwnerPreparedIsRolledBackAndDoneAnew) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  const auto dead = leased();
  jobs_.begin_step(dead, "orders", 1);
  orders.prepare(
      {.subject = tenant_, .idempotency_key = dead.job.str() + "/orders", .job = dead.job, .epoch = dead.epoch}, {},
      {});
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 3);
  EXPECT_EQ(orders.orders().back().epoch, dead.epoch + 1);
}

TEST_F(AtomicErasureTest, DecisionOfADeadOwnerIsCarriedOut) {
  auto& orders = add_atomic("orders", {.rows = {{"orders", 3}}});
  const auto dead = leased();
  jobs_.begin_step(dead, "orders", 1);
  orders.prepare(
      {.subject = tenant_, .idempotency_key = dead.job.str() + "/orders", .job = dead.job, .epoch = dead.epoch}, {},
      {});
  jobs_.decide_commit(dead, {.epoch = dead.epoch, .services = {"orders"}});
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 3);
}

TEST_F(AtomicErasureTest, OwnerThatLostTheJobCannotDecide) {
  add_atomic("orders", {.rows = {{"orders", 3}}});
  const auto dead = leased();
  db_.run("update tenure.deletion_jobs set lease_until = now() - interval '1 second'");
  ASSERT_TRUE(jobs_.claim("next", kLease));
  EXPECT_THROW(jobs_.decide_commit(dead, {.epoch = dead.epoch, .services = {"orders"}}), Error);
  EXPECT_FALSE(jobs_.find_commit_decision(dead.job));
}

}  // namespace
}  // namespace tenure::erasure
