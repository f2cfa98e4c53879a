#include "tests/postgres/erasure/erasure_test.h"

// C5, C6, C7: a deletion that fails for good is taken back; one that fails for now is tried again.
namespace tenure::erasure {
namespace {

using jobs::Actor;
using jobs::JobState;
using jobs::OnFailure;
using jobs::StepState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Error kRefused(ErrorCode::refused, "a rule is missing");
const Error kDown(ErrorCode::unavailable, "the database does not answer", Retry::later);
const Error kNewerRow(ErrorCode::conflict, "orders: a newer row is in the way");

class RollbackTest : public ErasureTest {
 protected:
  class FenceOfTests final : public TenantDirectory {
   public:
    std::optional<std::string> find_name(const TenantId&, const Call&) override { return "Forn Vell"; }
    void begin_deletion(const TenantId&, const JobId&, const Call&) override { ++raised; }
    void undo_deletion(const TenantId&, const JobId&, const Call&) override { ++taken_down; }
    int raised = 0;
    int taken_down = 0;
  };

  RollbackTest() { directories_.tenants = &fence_; }

  jobs::NewJob archived_job(OnFailure on_failure = OnFailure::roll_back) {
    auto job = new_job();
    job.on_failure = on_failure;
    job.archive_key = "v1.test.AAAA";
    return job;
  }
  jobs::Job run(const jobs::NewJob& job, OrchestratorSettings settings = kPatient) {
    return orchestrator(settings).run(jobs_.enqueue_leased(job, "me", kLease), {});
  }
  /// Runs it as often as it wants to be tried again, without waiting.
  jobs::Job run_to_end(const jobs::NewJob& job, OrchestratorSettings settings = kPatient) {
    auto now = run(job, settings);
    while (!jobs::is_terminal(now.state)) {
      db_.run("update tenure.deletion_jobs set not_before = null");
      now = orchestrator(settings).run(jobs_.claim("me", kLease).value(), {});
    }
    return now;
  }

  static constexpr OrchestratorSettings kPatient{.lease = kLease, .grace = Milliseconds(10000)};
  static constexpr OrchestratorSettings kThreeSeconds{
      .lease = kLease, .grace = Milliseconds(10000), .give_up_after = Milliseconds(3000)};
  FenceOfTests fence_;
};

TEST_F(RollbackTest, FailureForGoodBringsBackWhatTheOthersErased) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  auto& record = add_tenant_record();
  const auto job = run(archived_job());
  EXPECT_EQ(job.state, JobState::rolled_back);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
  EXPECT_EQ(step(job, "orders").state, StepState::compensated);
  EXPECT_EQ(step(job, "pos").state, StepState::compensated);
  EXPECT_EQ(step(job, "tenant").state, StepState::skipped);
  EXPECT_THAT(record.restorations(), IsEmpty());
  EXPECT_THAT(job.error_log, Contains(HasSubstr("pos: a rule is missing")));
  EXPECT_EQ(fence_.taken_down, 1);
}

// A call of the old epoch that is still on its way must not erase again behind the restoration.
TEST_F(RollbackTest, RestoresUnderAHigherEpochThanItErased) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  run(archived_job());
  ASSERT_THAT(orders.restorations(), SizeIs(1));
  EXPECT_GT(orders.restorations()[0].epoch, orders.orders()[0].epoch);
  EXPECT_THROW(orders.erase(orders.orders()[0], {}, {}), Error);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
}

TEST_F(RollbackTest, PolicyRetryEndsFailedAndBringsNothingBack) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  const auto job = run(archived_job(OnFailure::retry));
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(orders.restorations(), IsEmpty());
  EXPECT_EQ(fence_.taken_down, 0);
}

TEST_F(RollbackTest, ServiceThatIsDownForNowIsWaitedForAndNobodyElseIs) {
  add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  auto& pos = add("pos", {.rows = {{"sessions", 2}}, .failure = kDown, .keeps_archive = true});
  const auto waiting = run(archived_job());
  EXPECT_EQ(waiting.state, JobState::running);
  EXPECT_EQ(step(waiting, "orders").state, StepState::done);
  EXPECT_EQ(step(waiting, "pos").state, StepState::running);
  EXPECT_THAT(step(waiting, "pos").errors, ElementsAre("the database does not answer"));
  EXPECT_FALSE(jobs_.claim("other", kLease)) << "it is not to be tried again yet";
  pos.recover();
  db_.run("update tenure.deletion_jobs set not_before = null");
  const auto job = orchestrator().run(jobs_.claim("other", kLease).value(), {});
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.total_items_deleted, 5);
  EXPECT_EQ(step(job, "orders").attempts, 1);
}

TEST_F(RollbackTest, ServiceThatStaysDownIsGivenUpAfterAWhile) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  auto& pos = add("pos", {.failure = kDown, .keeps_archive = true});
  const auto job = run_to_end(archived_job(), kThreeSeconds);
  EXPECT_EQ(job.state, JobState::rolled_back);
  // 250 + 500 + 1000 + 2000 ms.
  EXPECT_THAT(pos.orders(), SizeIs(4));
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
}

// It has used up its patience on the way there, and has all of it again on the way back.
TEST_F(RollbackTest, RestorationOfAServiceThatWasGivenUpIsWaitedForAsWell) {
  auto& pos = add("pos", {.rows = {{"sessions", 2}},
                          .failure = kDown,
                          .keeps_archive = true,
                          .restore_failure = kDown,
                          .restore_failures = 3});
  const auto job = run_to_end(archived_job(), kThreeSeconds);
  EXPECT_EQ(job.state, JobState::rolled_back);
  EXPECT_THAT(pos.restorations(), SizeIs(4));
}

TEST_F(RollbackTest, RestorationThatFailsForNowIsTriedAgain) {
  auto& orders =
      add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true, .restore_failure = kDown, .restore_failures = 2});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  const auto job = run_to_end(archived_job());
  EXPECT_EQ(job.state, JobState::rolled_back);
  EXPECT_THAT(orders.restorations(), SizeIs(3));
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
}

TEST_F(RollbackTest, RestorationThatFailsForGoodEndsWithAnAccountAndCanBeGoneOnWith) {
  auto& orders = add(
      "orders", {.rows = {{"orders", 3}}, .keeps_archive = true, .restore_failure = kNewerRow, .restore_failures = 1});
  auto& sales = add("sales", {.rows = {{"sales", 5}}, .keeps_archive = true});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  const auto job = run(archived_job());
  EXPECT_EQ(job.state, JobState::compensation_failed);
  EXPECT_EQ(sales.rows(), (store::Counts{{"sales", 5}}));
  EXPECT_EQ(step(job, "sales").state, StepState::compensated);
  EXPECT_EQ(step(job, "orders").state, StepState::failed);
  EXPECT_THAT(job.error_log, Contains(HasSubstr("orders: bringing back: orders: a newer row is in the way")));
  EXPECT_EQ(fence_.taken_down, 0);

  control_.retry(job.id, Actor::command());
  const auto again = orchestrator().run(jobs_.claim("me", kLease).value(), {});
  EXPECT_EQ(again.state, JobState::rolled_back);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
  EXPECT_THAT(sales.restorations(), SizeIs(1));
  EXPECT_EQ(fence_.taken_down, 1);
}

// What keeps no archive ends the way back, so it comes when all others are done and counted.
TEST_F(RollbackTest, ServiceWithoutAnArchiveIsErasedLast) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  int verified_before = -1;
  add("crm", {.rows = {{"contacts", 1}}, .before_erase = [&] { verified_before = orders.verifications(); }});
  EXPECT_EQ(run(archived_job()).state, JobState::completed);
  EXPECT_EQ(verified_before, 1);
}

TEST_F(RollbackTest, FailureBeforeAServiceWithoutAnArchiveStillRollsBack) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  add("pos", {.failure = kRefused, .keeps_archive = true});
  auto& crm = add("crm", {.rows = {{"contacts", 1}}});
  EXPECT_EQ(run(archived_job()).state, JobState::rolled_back);
  EXPECT_THAT(crm.orders(), IsEmpty());
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
}

TEST_F(RollbackTest, FailureBehindAServiceWithoutAnArchiveDoesNotPretendToRollBack) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  add("crm", {.rows = {{"contacts", 1}}, .failure = kRefused});
  const auto job = run(archived_job());
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(orders.restorations(), IsEmpty());
}

// C7: within the retention, a completed deletion can be taken back as well, the tenant record first.
TEST_F(RollbackTest, CompletedDeletionIsTakenBackOnAnOperatorsOrder) {
  auto& orders = add("orders", {.rows = {{"orders", 3}}, .keeps_archive = true});
  auto& record = add("tenant", {.rows = {{"tenants", 1}}, .keeps_archive = true});
  endpoints_.back().holds_tenant_record = true;
  auto ordered = archived_job();
  ordered.retention = std::chrono::hours(24);
  const auto job = run(ordered);
  ASSERT_EQ(job.state, JobState::completed);
  control_.restore(job.id, Actor::command());
  const auto back = orchestrator().run(jobs_.claim("me", kLease).value(), {});
  EXPECT_EQ(back.state, JobState::rolled_back);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
  EXPECT_EQ(record.rows(), (store::Counts{{"tenants", 1}}));
  EXPECT_EQ(fence_.taken_down, 1);
}

// C9, C10: between two runs a hold stops the job and a cancellation takes it back.
TEST_F(RollbackTest, HoldStopsARunBeforeItsNextStep) {
  add("orders", {.rows = {{"orders", 3}},
                 .before_erase = [&] { holds_.place(tenant_, "a lawsuit", Actor::command()); },
                 .keeps_archive = true});
  auto& crm = add("crm", {.rows = {{"contacts", 1}}});
  const auto job = run(archived_job());
  EXPECT_EQ(job.state, JobState::held);
  EXPECT_THAT(crm.orders(), IsEmpty());
  holds_.release(tenant_, Actor::command());
  const auto end = orchestrator().run(jobs_.claim("me", kLease).value(), {});
  EXPECT_EQ(end.state, JobState::completed);
}

TEST_F(RollbackTest, CancellationOfARunningJobBringsEverythingBack) {
  std::optional<JobId> id;
  auto& orders = add("orders", {.rows = {{"orders", 3}},
                                .before_erase = [&] { control_.cancel(*id, Actor::command()); },
                                .keeps_archive = true});
  auto& crm = add("crm", {.rows = {{"contacts", 1}}});
  const auto lease = jobs_.enqueue_leased(archived_job(), "me", kLease);
  id = lease.job;
  const auto job = orchestrator().run(lease, {});
  EXPECT_EQ(job.state, JobState::rolled_back);
  EXPECT_EQ(orders.rows(), (store::Counts{{"orders", 3}}));
  EXPECT_THAT(crm.orders(), IsEmpty());
}

}  // namespace
}  // namespace tenure::erasure
