#include "erasure/erase_tenant.h"

#include "erasure/deletion_preview.h"
#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EraseTenantTest : public ErasureTest {
 protected:
  EraseTenantTest() {
    db_.run("create table public.tenants (id uuid primary key, name varchar(255))");
    db_.run("insert into public.tenants values ('" + tenant_.str() + "', 'Forn Vell')");
    directories_.tenants = &record_;
  }

  EraseTenant::Order order() const { return {.tenant = tenant_, .initiated_by = {}}; }

  PostgresTenantRecord record_{pool_, {.service = "tenant", .table = "tenants"}};
};

// C2: the synchronous path of the command line.
TEST_F(EraseTenantTest, RunsToTheEnd) {
  add("orders", {.rows = {{"orders", 3}}});
  Orchestrator runs = orchestrator();
  EraseTenant operation(runs);
  const auto job = operation.run_to_end(order(), "cli", {});
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.tenant_name, "Forn Vell");
}

// Bad input: an unknown tenant is not found and leaves no job.
TEST_F(EraseTenantTest, UnknownTenantIsNotFound) {
  Orchestrator runs = orchestrator();
  EraseTenant operation(runs);
  try {
    operation.enqueue({.tenant = TenantId::random(), .initiated_by = {}}, Call::within(std::chrono::minutes(1)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("tenant_id: "));
  }
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs"), "0");
}

TEST_F(EraseTenantTest, ActiveJobIsAConflict) {
  add("orders", {});
  Orchestrator runs = orchestrator();
  EraseTenant operation(runs);
  const auto active = leased();
  try {
    operation.run_to_end(order(), "cli", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.what(), HasSubstr(active.job.str()));
  }
}

// C5: the command was killed; giving it again goes on with the same job, even when the tenant record is gone already.
TEST_F(EraseTenantTest, JobThatWasLeftBehindIsTakenOver) {
  add("orders", {.rows = {{"orders", 3}}});
  Orchestrator runs = orchestrator();
  EraseTenant operation(runs);
  const auto dead = jobs_.enqueue_leased(new_job(), "killed", Milliseconds(0));
  db_.run("delete from public.tenants");
  const auto job = operation.run_to_end(order(), "cli", {});
  EXPECT_EQ(job.id, dead.job);
  EXPECT_EQ(job.state, JobState::completed);
}

// B1: names are read as the estate says, whatever they are called.
TEST_F(EraseTenantTest, TenantRecordIsReadFromAnyTable) {
  db_.run(R"(create schema "Über"; create table "Über"."ten""ants" (key text primary key, title text))");
  db_.run(R"(insert into "Über"."ten""ants" values (')" + tenant_.str() + "', null)");
  PostgresTenantRecord named(
      pool_, {.service = "tenant", .table = "Über.ten\"ants", .id_column = "key", .name_column = "title"});
  EXPECT_EQ(named.find_name(tenant_, {}), "");
  EXPECT_FALSE(named.find_name(TenantId::random(), {}));
  PostgresTenantRecord in_schema(
      pool_, {.service = "tenant", .table = "ten\"ants", .id_column = "key", .name_column = "title"}, "Über");
  EXPECT_TRUE(in_schema.find_name(tenant_, {}));
}

// C12: all services at once, each with its own error.
TEST_F(EraseTenantTest, PreviewAggregatesWhatAnswers) {
  add("orders", {.rows = {{"orders", 3}}});
  add("pos", {.failure = Error(ErrorCode::refused, "a rule is missing").with_problems({"sessions: no rule"})});
  auto& deaf = add("deaf", {.ignores_deadline = true}, Milliseconds(20));
  const DeletionPreview preview{.tenant = tenant_,
                                .tenant_name = {},
                                .services = preview_services(endpoints_, tenant_, {}, {}, Milliseconds(20))};
  deaf.release();
  EXPECT_EQ(preview.total_items(), 3);
  EXPECT_FALSE(preview.is_complete());
  ASSERT_EQ(preview.services.size(), 3U);
  EXPECT_EQ(preview.services[0].preview->data_counts, (store::Counts{{"orders", 3}}));
  EXPECT_THAT(preview.services[1].errors, ElementsAre("a rule is missing", "sessions: no rule"));
  EXPECT_THAT(preview.services[2].errors, ElementsAre("timeout: no answer within 20 ms"));
}

/// A fence, and what happens right behind it.
class WatchedFence final : public TenantDirectory {
 public:
  std::optional<std::string> find_name(const TenantId&, const Call&) override { return "Forn Vell"; }
  void begin_deletion(const TenantId&, const JobId& job, const Call&) override {
    names = job;
    if (behind) behind();
  }
  void undo_deletion(const TenantId&, const JobId& job, const Call&) override {
    if (names == job) names.reset();
  }

  std::optional<JobId> names;
  std::function<void()> behind;
};

class RefusedOrderTest : public ErasureTest {
 protected:
  RefusedOrderTest() { directories_.tenants = &fence_; }

  /// What the order is refused with.
  Error refusal(EraseTenant::Order order) {
    Orchestrator runs = orchestrator();
    order.tenant = tenant_;
    try {
      EraseTenant(runs).enqueue(order, Call::within(std::chrono::minutes(1)));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorCode::internal, "none");
  }
  void hold() { holds_.place(tenant_, "dispute", jobs::Actor::command()); }

  WatchedFence fence_;
};

// C10: the tenant's people were shut out by a refused order, and the sweep carried it out when the hold was released.
TEST_F(RefusedOrderTest, HeldTenantIsNotFenced) {
  hold();
  fence_.behind = [] { ADD_FAILURE() << "fenced"; };
  EXPECT_EQ(refusal({.tenant = tenant_}).code(), ErrorCode::conflict);
}

TEST_F(RefusedOrderTest, HoldPlacedBehindTheFenceTakesItDown) {
  fence_.behind = [this] { hold(); };
  EXPECT_EQ(refusal({.tenant = tenant_}).code(), ErrorCode::conflict);
  EXPECT_FALSE(fence_.names);
}

TEST_F(RefusedOrderTest, FasterOrderKeepsItsFence) {
  std::optional<JobId> faster;
  fence_.behind = [&] {
    if (!faster) faster = leased().job;
  };
  EXPECT_EQ(refusal({.tenant = tenant_}).code(), ErrorCode::conflict);
  EXPECT_EQ(fence_.names, faster);
}

// Bad input
TEST_F(RefusedOrderTest, WrongPriorityFencesNothing) {
  fence_.behind = [] { ADD_FAILURE() << "fenced"; };
  EXPECT_EQ(refusal({.tenant = tenant_, .priority = 101}).code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenure::erasure
