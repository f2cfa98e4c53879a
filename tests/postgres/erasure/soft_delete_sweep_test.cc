#include "erasure/soft_delete_sweep.h"

#include <functional>
#include <future>
#include <set>
#include <utility>

#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// B8: what is soft-deleted is erased when its window ends, and not before.
class SoftDeleteSweepTest : public ErasureTest {
 protected:
  SoftDeleteSweepTest() {
    auto session = db_.connect();
    tenancy::install_schema(session);
    directories_.tenants = &record_;
  }

  TenantId tenant() { return tenants_.create({.name = "Forn Vell", .owner = UserId::random()}, {}).id; }
  TenantId overdue_tenant() {
    const auto id = tenant();
    tenants_.soft_delete(id, std::chrono::hours(24), {});
    db_.run("update tenancy.tenants set erase_after = now() - interval '1 second' where id = '" + id.str() + "'");
    return id;
  }
  SoftDeleteSweep::Outcome sweep() {
    auto runs = orchestrator();
    EraseTenant erase_tenant(runs);
    return SoftDeleteSweep(tenants_, jobs_, erase_tenant).sweep(Call::within(kLease));
  }

  tenancy::Tenants tenants_{pool_};
  ManagedTenantRecord record_{tenants_};
};

TEST_F(SoftDeleteSweepTest, StartsWhatIsDueOnce) {
  tenant();
  tenants_.soft_delete(tenant(), std::chrono::hours(24), {});
  const auto due = overdue_tenant();
  const auto outcome = sweep();
  EXPECT_THAT(outcome.errors, IsEmpty());
  ASSERT_THAT(outcome.started, SizeIs(1));
  EXPECT_EQ(jobs_.get(outcome.started[0]).subject, Subject(due));
  EXPECT_EQ(tenants_.get(due, {}).status, tenancy::TenantStatus::deleting);
  EXPECT_EQ(tenants_.get(due, {}).deletion_job, outcome.started[0]);
  EXPECT_THAT(sweep().started, IsEmpty());
}

// A hold keeps them due, sweep after sweep.
TEST_F(SoftDeleteSweepTest, HeldTenantsDoNotHideTheOnesBehindThem) {
  db_.run(R"(
    WITH made AS (
      INSERT INTO tenancy.tenants (id, name, slug, owner_id, deleted_at, erase_after)
      SELECT gen_random_uuid(), 'held', 'held-' || n, gen_random_uuid(), now() - interval '2 days', now() - interval '1 day'
      FROM generate_series(1, 120) AS n RETURNING id, owner_id)
    INSERT INTO tenancy.tenant_members (tenant_id, user_id, role) SELECT id, owner_id, 'owner' FROM made;
    INSERT INTO tenure.legal_holds (tenant_id, reason, placed_by) SELECT id, 'dispute', 'test' FROM tenancy.tenants)");
  const auto due = overdue_tenant();
  const auto outcome = sweep();
  EXPECT_THAT(outcome.errors, IsEmpty());
  ASSERT_THAT(outcome.started, SizeIs(1));
  EXPECT_EQ(jobs_.get(outcome.started[0]).subject, Subject(due));
}

TEST_F(SoftDeleteSweepTest, TwoAtOnceStartOneJob) {
  for (int round = 0; round < 10; ++round) {
    const auto due = overdue_tenant();
    auto other = std::async(std::launch::async, [&] { return sweep(); });
    const auto here = sweep();
    const auto there = other.get();
    // Both may say that they started it, when one finished what the other had begun.
    std::set<JobId> started(here.started.begin(), here.started.end());
    started.insert(there.started.begin(), there.started.end());
    EXPECT_THAT(started, SizeIs(1));
    EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs where tenant_id = '" + due.str() + "'"), "1");
    EXPECT_THAT(here.errors, IsEmpty());
    EXPECT_THAT(there.errors, IsEmpty());
    EXPECT_TRUE(jobs_.find_active(due));
  }
}

// C5: the process died between the fence and the job.
TEST_F(SoftDeleteSweepTest, MakesTheJobOfADeletionThatHasNone) {
  const auto fenced = tenant();
  const auto job = JobId::random();
  tenants_.begin_deletion(fenced, job, {});
  EXPECT_THAT(sweep().started, ::testing::ElementsAre(job));
  EXPECT_EQ(jobs_.get(job).subject, Subject(fenced));
  EXPECT_THAT(sweep().started, IsEmpty());
}

/// Between the look for an active job and the fence, a second order is carried out as a whole.
class OvertakenRecord final : public TenantDirectory {
 public:
  OvertakenRecord(TenantDirectory& record, std::function<void()> second)
      : record_(record), second_(std::move(second)) {}

  std::optional<std::string> find_name(const TenantId& tenant, const Call& call) override {
    return record_.find_name(tenant, call);
  }
  void begin_deletion(const TenantId& tenant, const JobId& job, const Call& call) override {
    if (const auto second = std::exchange(second_, nullptr)) second();
    record_.begin_deletion(tenant, job, call);
  }

 private:
  TenantDirectory& record_;
  std::function<void()> second_;
};

// The sweep took the job that was never made for one that was lost, and repeated a deletion that had failed.
TEST_F(SoftDeleteSweepTest, OrderThatComesTooLateDoesNotPutItsJobInTheOthersPlace) {
  add("orders", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  for (const bool runs_it_here : {false, true}) {
    const auto fenced = tenant();
    std::optional<JobId> made;
    OvertakenRecord overtaken(record_, [&] {
      directories_.tenants = &record_;
      auto runs = orchestrator();
      made = EraseTenant(runs).enqueue({.tenant = fenced}, Call::within(kLease));
    });
    directories_.tenants = &overtaken;
    auto runs = orchestrator();
    EraseTenant late(runs);
    try {
      runs_it_here ? void(late.run_to_end({.tenant = fenced}, "late", {}))
                   : void(late.enqueue({.tenant = fenced}, Call::within(kLease)));
      ADD_FAILURE() << "two jobs of one tenant";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict);
    }
    EXPECT_EQ(tenants_.get(fenced, {}).deletion_job, made);
    EXPECT_EQ(orchestrator().run(jobs_.claim(made.value(), "test", kLease).value(), {}).state, jobs::JobState::failed);
    EXPECT_THAT(sweep().started, IsEmpty());
  }
}

// A deletion that failed is an operator's matter.
TEST_F(SoftDeleteSweepTest, LeavesFailedDeletionsAlone) {
  add("orders", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  overdue_tenant();
  const auto started = sweep().started;
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_EQ(orchestrator().run(jobs_.claim(started[0], "test", kLease).value(), {}).state, jobs::JobState::failed);
  EXPECT_THAT(sweep().started, IsEmpty());
}

TEST_F(SoftDeleteSweepTest, SweepsByItselfUntilStopped) {
  auto runs = orchestrator();
  EraseTenant erase_tenant(runs);
  SoftDeleteSweep sweep(tenants_, jobs_, erase_tenant);
  overdue_tenant();
  std::promise<std::size_t> swept;
  sweep.start(std::chrono::hours(1),
              [&](const SoftDeleteSweep::Outcome& outcome) { swept.set_value(outcome.started.size()); });
  EXPECT_EQ(swept.get_future().get(), 1U);
  sweep.stop();
}

}  // namespace
}  // namespace tenure::erasure
