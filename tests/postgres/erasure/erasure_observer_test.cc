#include "erasure/erasure_observer.h"

#include <atomic>
#include <mutex>

#include "tests/postgres/erasure/erasure_test.h"

// Spec E1, E7: whoever observes hears of every call to a service and of every job's end, each once.
namespace tenure::erasure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Notes final : public ErasureObserver {
 public:
  void on_call_ended(const CallEnd& call) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  void on_job_ended(const jobs::Job& job) override {
    const std::lock_guard lock(mutex_);
    ends_.push_back(std::string(jobs::to_string(job.state)));
  }
  /// "orders: timeout", or "orders: 3" for rows deleted.
  std::vector<std::string> calls() const { return calls_for(Operation::erase); }
  std::vector<std::string> calls_for(Operation operation) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> texts;
    for (const auto& call : calls_) {
      if (call.operation != operation) continue;
      const auto good = call.is_unfinished ? "unfinished" : std::to_string(call.items);
      texts.push_back(call.service + ": " + (call.failure ? std::string(to_string(*call.failure)) : good));
    }
    return texts;
  }
  std::vector<CallEnd> all() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::vector<std::string> ends() const {
    const std::lock_guard lock(mutex_);
    return ends_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<CallEnd> calls_;  // guarded by mutex_, as below
  std::vector<std::string> ends_;
};

/// Time passes whenever somebody looks at it.
class RestlessClock final : public Clock {
 public:
  WallTime wall() const override { return SystemClock().wall(); }
  MonotonicTime monotonic() const override { return MonotonicTime(Milliseconds(++ticks_)); }

 private:
  mutable std::atomic<int> ticks_ = 0;
};

class Observer : public ErasureTest {
 protected:
  jobs::Job observed(const OrchestratorSettings& settings = kImpatient) { return run(leased(), settings); }
  jobs::Job run(const jobs::Lease& lease, const OrchestratorSettings& settings = kImpatient) {
    return Orchestrator(endpoints_, jobs_, restless_, settings, directories_, {}, &notes_).run(lease, {});
  }

  Notes notes_;
  const std::shared_ptr<const Clock> restless_ = std::make_shared<RestlessClock>();
};

TEST_F(Observer, HearsOfEveryCallAndOfTheEnd) {
  add("orders", {.rows = {{"orders", 2}, {"items", 3}}});
  add("crm", {.rows = {}});
  add_tenant_record();
  const auto job = observed();
  EXPECT_THAT(notes_.calls(), UnorderedElementsAre("orders: 5", "crm: 0", "tenant: 1"));
  EXPECT_THAT(notes_.calls_for(Operation::verify), UnorderedElementsAre("orders: 0", "crm: 0", "tenant: 0"));
  EXPECT_THAT(notes_.ends(), ElementsAre("completed"));
  for (const auto& call : notes_.all()) {
    EXPECT_EQ(call.job, job.id);
    EXPECT_GT(call.duration.count(), 0) << call.service;
  }
}

TEST_F(Observer, HearsOfEachPartOfALargeDeletion) {
  int calls = 0;
  add("orders", {.rows = {{"orders", 2}}, .before_erase = [&] {
                   if (++calls < 3) throw Error(ErrorCode::unfinished, "1000 rows went", Retry::later);
                 }});
  observed();
  EXPECT_THAT(notes_.calls(), ElementsAre("orders: unfinished", "orders: unfinished", "orders: 2"));
  for (const auto& call : notes_.all()) EXPECT_GT(call.duration.count(), 0);
}

TEST_F(Observer, HearsOfEachReCountThatFailedAndHowLongItTook) {
  add("orders", {.rows = {{"orders", 2}},
                 .verify_failure = Error(ErrorCode::unavailable, "no connection", Retry::later),
                 .verify_failures = 2});
  EXPECT_EQ(observed().state, jobs::JobState::failed);
  EXPECT_THAT(notes_.calls_for(Operation::verify), ElementsAre("orders: unreachable", "orders: unreachable"));
  for (const auto& call : notes_.all()) EXPECT_GT(call.duration.count(), 0);
}

TEST_F(Observer, TellsARestorationFromAnErasure) {
  add("orders", {.rows = {{"orders", 2}}, .keeps_archive = true});
  add("no", {.failure = Error(ErrorCode::refused, "a rule is missing"), .keeps_archive = true});
  auto job = new_job();
  job.archive_key = "v1.test.AAAA";
  job.on_failure = jobs::OnFailure::roll_back;
  EXPECT_EQ(run(jobs_.enqueue_leased(job, "me", kLease)).state, jobs::JobState::rolled_back);
  EXPECT_THAT(notes_.calls(), UnorderedElementsAre("orders: 2", "no: permanent"));
  EXPECT_THAT(notes_.calls_for(Operation::restore), UnorderedElementsAre("orders: 2", "no: 0"));
  for (const auto& call : notes_.all()) EXPECT_GT(call.duration.count(), 0);
}

TEST_F(Observer, HearsOfBothPhasesOfACommit) {
  add("orders", {.rows = {{"orders", 2}}, .is_atomic = true});
  add("crm", {.rows = {{"contacts", 1}}, .is_atomic = true, .commit_failures = 1});
  auto settings = kImpatient;
  settings.is_atomic = true;
  const auto job = observed(settings);
  EXPECT_THAT(notes_.calls_for(Operation::prepare), UnorderedElementsAre("orders: 0", "crm: 0"));
  EXPECT_THAT(notes_.calls_for(Operation::commit), UnorderedElementsAre("orders: 0", "crm: unreachable"));
  EXPECT_THAT(notes_.calls_for(Operation::roll_back), IsEmpty()) << "there was nothing to roll back";
  for (const auto& call : notes_.all()) EXPECT_GT(call.duration.count(), 0);
}

TEST_F(Observer, HearsWhyACallFailed) {
  add("away", {.failure = Error(ErrorCode::unavailable, "no connection", Retry::later)});
  add("busy", {.failure = Error(ErrorCode::conflict, "locked", Retry::later)});
  add("no", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  add("slow", {.hangs = true}, Milliseconds(20));
  observed();
  EXPECT_THAT(notes_.calls(),
              UnorderedElementsAre("away: unreachable", "busy: busy", "no: permanent", "slow: timeout"));
  EXPECT_THAT(notes_.ends(), ElementsAre("failed"));
}

TEST_F(Observer, HearsOfACallThatWasGivenUp) {
  auto& deaf = add("deaf", {.ignores_deadline = true}, Milliseconds(10));
  observed({.lease = kLease, .grace = Milliseconds(10), .give_up_after = Milliseconds(0)});
  EXPECT_THAT(notes_.calls(), ElementsAre("deaf: timeout"));
  deaf.release();
}

TEST_F(Observer, HearsOfALostAnswerAndOfTheRowsOnce) {
  add("orders", {.rows = {{"orders", 2}}, .lost_answers = 1});
  observed();
  EXPECT_THAT(notes_.calls(), ElementsAre("orders: unreachable", "orders: 2"));
}

TEST_F(Observer, HearsOfTheRowsOfEachRoundAndOfThoseThatKeepComing) {
  add("orders", {.rows = {{"orders", 2}}, .late_arrivals = 1, .late_rows = {{"orders", 3}}});
  add("queue", {.rows = {{"queue", 1}}, .late_arrivals = 10, .late_rows = {{"queue", 1}}});
  observed();
  EXPECT_THAT(notes_.calls(), UnorderedElementsAre("orders: 2", "orders: 3", "queue: 1", "queue: 1", "queue: 1"));
  EXPECT_THAT(notes_.calls_for(Operation::verify),
              UnorderedElementsAre("orders: 3", "orders: 0", "orders: 0", "queue: 1", "queue: 1", "queue: rows_left"));
}

// Whoever cancels it ends it in the database; the worker that had it has nothing left to write.
TEST_F(Observer, HearsTheEndOfAJobThatWasCancelledBeforeItCouldBegin) {
  add("orders", {.rows = {{"orders", 2}}});
  const auto lease = leased();
  control_.cancel(lease.job, jobs::Actor{});
  run(lease);
  EXPECT_THAT(notes_.ends(), ElementsAre("cancelled"));
  EXPECT_THAT(notes_.all(), IsEmpty());
}

TEST_F(Observer, HearsTheEndOfAJobThatWasCancelledWhileItWasAboutToBegin) {
  class Canceller final : public TenantDirectory {
   public:
    explicit Canceller(jobs::JobControl& control) : control_(control) {}
    std::optional<std::string> find_name(const TenantId&, const Call&) override { return "Forn Vell"; }
    void begin_deletion(const TenantId&, const JobId& job, const Call&) override {
      control_.cancel(job, jobs::Actor{});
    }
    void undo_deletion(const TenantId&, const JobId&, const Call&) override {}

   private:
    jobs::JobControl& control_;
  } canceller(control_);
  directories_.tenants = &canceller;
  auto& orders = add("orders", {.rows = {{"orders", 2}}});
  EXPECT_THROW(run(leased()), Error);
  EXPECT_THAT(notes_.ends(), ElementsAre("cancelled"));
  EXPECT_THAT(orders.orders(), IsEmpty());
}

TEST_F(Observer, HearsNoEndOfAJobThatIsSomebodyElses) {
  add("orders", {.rows = {{"orders", 2}}});
  const auto lease = leased();
  db_.run("update tenure.deletion_jobs set lease_until = now()");
  ASSERT_TRUE(jobs_.claim("other", kLease));
  EXPECT_THROW(run(lease), Error);
  EXPECT_THAT(notes_.ends(), IsEmpty());
}

TEST_F(Observer, HearsNoEndOfAJobThatWaits) {
  add("away", {.failure = Error(ErrorCode::unavailable, "no connection", Retry::later)});
  observed({.lease = kLease, .grace = Milliseconds(10000)});
  EXPECT_THAT(notes_.calls(), ElementsAre("away: unreachable"));
  EXPECT_THAT(notes_.ends(), IsEmpty());
}

}  // namespace
}  // namespace tenure::erasure
