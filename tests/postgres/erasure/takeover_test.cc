#include <future>
#include <thread>

#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::StepState;
using ::testing::IsEmpty;

class TakeoverTest : public ErasureTest {
 protected:
  void let_leases_run_out() { db_.run("update tenure.deletion_jobs set lease_until = now() - interval '1 second'"); }

  jobs::Job run_again() { return orchestrator().run(jobs_.claim("next", kLease).value(), {}); }
};

// C5: what is done stays done; what was begun is asked for with the same key, so nothing happens twice.
TEST_F(TakeoverTest, GoesOnFromTheStepsOfAnOwnerThatDied) {
  auto& orders = add("orders", {.rows = {{"orders", 0}}});
  auto& sales = add("sales", {.rows = {{"sales", 5}}});
  auto& pos = add("pos", {.rows = {{"sessions", 7}}});
  const auto dead = leased();
  for (const auto* service : {"orders", "sales"}) jobs_.begin_step(dead, service, 1);
  jobs::Step done{.service = "orders", .state = StepState::done};
  done.deleted_counts = {{"orders", 3}};
  done.total = 3;
  jobs_.finish_step(dead, done);
  // The dead owner's call reached the store; its answer reached nobody.
  sales.erase({.subject = tenant_, .idempotency_key = dead.job.str() + "/sales", .job = dead.job, .epoch = dead.epoch},
              {}, {});
  let_leases_run_out();
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 15);
  EXPECT_THAT(orders.orders(), IsEmpty());
  EXPECT_EQ(step(job, "sales").attempts, 2);
  EXPECT_EQ(sales.orders()[1].epoch, dead.epoch + 1);
  EXPECT_EQ(pos.orders().size(), 1U);
}

// C5: a round of late rows survives its owner as well.
TEST_F(TakeoverTest, GoesOnInTheMiddleOfALateRound) {
  auto& orders = add("orders", {.rows = {{"orders", 2}}});
  const auto dead = leased();
  jobs_.begin_step(dead, "orders", 1);
  jobs::Step done{.service = "orders", .state = StepState::done};
  done.deleted_counts = {{"orders", 3}};
  done.total = 3;
  jobs_.finish_step(dead, done);
  jobs_.advance(dead, JobState::running, JobState::verifying);
  jobs_.begin_step(dead, "orders", 2);
  let_leases_run_out();
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 5);
  EXPECT_EQ(orders.orders()[0].idempotency_key, job.id.str() + "/orders/2");
}

// C5: a paused owner that wakes up finds the job taken and stops.
TEST_F(TakeoverTest, OwnerThatLostItsLeaseStops) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .hangs = true});
  Orchestrator runs = orchestrator({.lease = Milliseconds(300), .grace = Milliseconds(10000)});
  const auto lease = leased();
  std::promise<ErrorCode> ended;
  const std::jthread owner([&] {
    try {
      runs.run(lease, {});
      ended.set_value(ErrorCode::internal);
    } catch (const Error& error) {
      ended.set_value(error.code());
    }
  });
  orders.wait_until_asked();
  std::optional<jobs::Lease> taken;
  // A heartbeat may come in between.
  while (!taken) {
    let_leases_run_out();
    taken = jobs_.claim("other", kLease);
  }
  EXPECT_EQ(ended.get_future().get(), ErrorCode::conflict);
  const auto job = jobs_.get(lease.job);
  EXPECT_EQ(job.lease_epoch, taken->epoch);
  EXPECT_EQ(step(job, "orders").state, StepState::running);
}

// C5, graceful stop: calls are stopped, the job is given back and another goes on.
TEST_F(TakeoverTest, StoppedJobIsGivenBackAndFinishedByTheNext) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .hangs = true});
  add("sales", {.rows = {{"sales", 5}}});
  std::stop_source stop;
  Orchestrator runs = orchestrator();
  const auto stopped = runs.run(leased(), stop.get_token(), [&](const ErasureEvent& event) {
    if (event.service == "sales" && event.step_state == StepState::done) stop.request_stop();
  });
  EXPECT_EQ(stopped.state, JobState::running);
  EXPECT_EQ(step(stopped, "orders").state, StepState::running);
  EXPECT_EQ(step(stopped, "sales").state, StepState::done);
  EXPECT_EQ(stopped.attempts, 0);
  orders.recover();
  const auto job = run_again();
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 8);
}

// C5: the store ignores the stop; the job is given back all the same.
TEST_F(TakeoverTest, StopDoesNotWaitForAServiceThatIgnoresIt) {
  auto& deaf = add("deaf", {.rows = {{"runs", 1}}, .ignores_deadline = true});
  std::stop_source stop;
  Orchestrator runs = orchestrator({.lease = kLease, .grace = Milliseconds(20)});
  std::thread stopper([&] {
    deaf.wait_until_asked();
    stop.request_stop();
  });
  const auto job = runs.run(leased(), stop.get_token());
  stopper.join();
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(step(job, "deaf").state, StepState::running);
  deaf.release();
}

}  // namespace
}  // namespace tenure::erasure
