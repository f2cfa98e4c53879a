#include "erasure/erasure_observer.h"

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
  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> texts;
    for (const auto& call : calls_) {
      texts.push_back(call.service + ": " +
                      (call.failure ? std::string(to_string(*call.failure)) : std::to_string(call.items)));
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

class Observer : public ErasureTest {
 protected:
  jobs::Job observed(const OrchestratorSettings& settings = kImpatient) { return run(leased(), settings); }
  jobs::Job run(const jobs::Lease& lease, const OrchestratorSettings& settings = kImpatient) {
    return Orchestrator(endpoints_, jobs_, clock_, settings, directories_, {}, &notes_).run(lease, {});
  }

  Notes notes_;
};

TEST_F(Observer, HearsOfEveryCallAndOfTheEnd) {
  add("orders", {.rows = {{"orders", 2}, {"items", 3}}});
  add("crm", {.rows = {}});
  add_tenant_record();
  const auto job = observed();
  EXPECT_THAT(notes_.calls(), UnorderedElementsAre("orders: 5", "crm: 0", "tenant: 1"));
  EXPECT_THAT(notes_.ends(), ElementsAre("completed"));
  for (const auto& call : notes_.all()) EXPECT_EQ(call.job, job.id);
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
  EXPECT_THAT(notes_.calls(),
              UnorderedElementsAre("orders: 2", "orders: 3", "queue: 1", "queue: 1", "queue: 1", "queue: rows_left"));
}

TEST_F(Observer, HearsNoEndOfAJobThatWaits) {
  add("away", {.failure = Error(ErrorCode::unavailable, "no connection", Retry::later)});
  observed({.lease = kLease, .grace = Milliseconds(10000)});
  EXPECT_THAT(notes_.calls(), ElementsAre("away: unreachable"));
  EXPECT_THAT(notes_.ends(), IsEmpty());
}

}  // namespace
}  // namespace tenure::erasure
