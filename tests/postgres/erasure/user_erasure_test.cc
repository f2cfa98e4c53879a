#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "erasure/erase_tenant.h"
#include "erasure/erase_user.h"
#include "erasure/user_erasure_run.h"
#include "identity/accounts.h"
#include "tenancy/invitations.h"
#include "tenancy/members.h"
#include "tenancy/tenants.h"
#include "tests/postgres/erasure/erasure_test.h"

namespace tenure::erasure {
namespace {

using jobs::JobState;
using jobs::StepState;
using tenancy::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Really deletes the tenant's record, as the store of the tenant service does.
class RecordStore final : public store::TenantDataStore {
 public:
  explicit RecordStore(const test::TestDatabase& database) : database_(database) {}

  store::Preview preview(const Subject& /*subject*/, const Call& /*call*/) override { return {}; }
  store::Erasure erase(const store::EraseRequest& request, const Call& /*call*/,
                       const store::ProgressSink& /*progress*/) override {
    if (kind_of(request.subject) == SubjectKind::user) return {};
    const auto id = id_of(request.subject);
    database_.run("begin; delete from tenancy.invitations where tenant_id = '" + id +
                  "'; delete from tenancy.tenant_members where tenant_id = '" + id +
                  "'; delete from tenancy.tenants where id = '" + id + "'; commit");
    return {.deleted_counts = {{"tenancy.tenants", 1}}, .changed_counts = {}, .digest = {}};
  }
  store::Residue verify(const Subject& /*subject*/, const Call& /*call*/) override { return {}; }

 private:
  const test::TestDatabase& database_;
};

// B7: a user goes from every tenant, every service and at last the account.
class UserErasureTest : public ErasureTest {
 protected:
  UserErasureTest() {
    auto session = db_.connect();
    identity::install_schema(session);
    tenancy::install_schema(session);
    directories_ = {.tenants = &record_, .users = &users_};
    endpoints_.push_back(
        {.name = "tenant", .data_store = std::make_shared<RecordStore>(db_), .holds_tenant_record = true});
  }

  UserId person(const std::string& name, bool is_active = true) {
    const auto account =
        accounts_.add({.email = Email::parse(name + "@example.com"), .full_name = name, .password_hash = {}}, {});
    if (!is_active) accounts_.update(account.value().id, {.is_active = false}, {});
    return account.value().id;
  }
  TenantId tenant_of(const UserId& owner, const std::string& name) {
    return tenants_.create({.name = name, .owner = owner}, {}).id;
  }
  UserId owner_of(const TenantId& tenant) { return tenants_.get(tenant, {}).owner; }
  jobs::Job erase_user(const UserId& user) {
    auto runs = orchestrator();
    return EraseUser(runs).run_to_end({.user = user, .initiated_by = {}}, "test", {});
  }

  tenancy::Tenants tenants_{pool_};
  tenancy::Members members_{pool_};
  tenancy::Invitations invitations_{pool_};
  identity::Accounts accounts_{pool_};
  ManagedTenantRecord record_{tenants_};
  UserDirectory users_{&members_, &invitations_, &accounts_};
};

// The last admin of one tenant, a plain member of a second, the owner beside an admin of a third.
TEST_F(UserErasureTest, ComesOutRightInEveryTenantAtOnce) {
  auto& orders = add("orders", {.rows = {{"orders", 2}}});
  const auto ana = person("ana");
  const auto ben = person("ben");
  const auto alone = tenant_of(ana, "Alone");
  const auto bens = tenant_of(ben, "Ben's");
  const auto shared = tenant_of(ana, "Shared");
  members_.add(bens, ana, Role::member, {});
  members_.add(shared, ben, Role::admin, {});
  invitations_.create(bens, {.email = Email::parse("ana@example.com"), .role = Role::manager}, {});

  const auto job = erase_user(ana);
  ASSERT_EQ(job.state, JobState::completed) << ::testing::PrintToString(job.error_log);
  EXPECT_EQ(job.subject, Subject(ana));
  ASSERT_EQ(job.owned_tenants.size(), 2U);
  const auto& gone = job.owned_tenants[0].tenant == alone ? job.owned_tenants[0] : job.owned_tenants[1];
  const auto& kept = job.owned_tenants[0].tenant == alone ? job.owned_tenants[1] : job.owned_tenants[0];
  EXPECT_EQ(gone.state, StepState::done);
  EXPECT_EQ(jobs_.get(gone.deletion_job.value()).state, JobState::completed);
  EXPECT_EQ(kept.new_owner, ben);
  EXPECT_EQ(kept.state, StepState::done);

  EXPECT_FALSE(tenants_.find(alone, {}));
  EXPECT_EQ(owner_of(shared), ben);
  EXPECT_THAT(members_.memberships_of(ana, {}), IsEmpty());
  EXPECT_FALSE(accounts_.find(ana, {}));
  EXPECT_EQ(db_.value("select count(*) from tenancy.invitations"), "0");
  EXPECT_EQ(step(job, kMembershipsStep).deleted_counts.at("tenancy.tenant_members"), 2);
  EXPECT_EQ(step(job, kAccountStep).deleted_counts.at("identity.users"), 1);
  const auto orders_given = orders.orders();
  ASSERT_EQ(orders_given.size(), 2U);  // the tenant's, and then the user's own
  EXPECT_EQ(orders_given[0].subject, Subject(alone));
  EXPECT_EQ(orders_given[1].subject, Subject(ana));
  EXPECT_EQ(db_.value("select string_agg(topic, ' ' order by number) from tenure.outbox"),
            "tenant.deleted user.deleted");
}

TEST_F(UserErasureTest, PreviewSaysTheSameBefore) {
  const auto ana = person("ana");
  const auto ben = person("ben");
  tenant_of(ana, "Alone");
  const auto shared = tenant_of(ana, "Shared");
  members_.add(shared, ben, Role::admin, {});
  auto runs = orchestrator();
  const auto preview = EraseUser(runs).preview(ana, Call::within(kLease));
  EXPECT_EQ(preview.memberships, 2);
  ASSERT_EQ(preview.owned_tenants.size(), 2U);
  for (const auto& owned : preview.owned_tenants) {
    EXPECT_EQ(owned.new_owner, owned.tenant == shared ? std::optional(ben) : std::nullopt);
  }
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs"), "0");
  EXPECT_TRUE(accounts_.get(ana, {}).is_active);
}

TEST_F(UserErasureTest, AnUnknownUserIsNotFoundAndRunTwiceItIsHarmless) {
  const auto ana = person("ana");
  EXPECT_EQ(erase_user(ana).state, JobState::completed);
  try {
    erase_user(ana);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("user_id: "));
  }
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs"), "1");
}

// The longest-serving admin takes over, but nobody whose account is suspended.
TEST_F(UserErasureTest, HandsOverToTheFirstActiveAdmin) {
  const auto ana = person("ana");
  const auto shared = tenant_of(ana, "Shared");
  members_.add(shared, person("suspended", false), Role::admin, {});
  const auto first = person("first");
  members_.add(shared, first, Role::admin, {});
  members_.add(shared, person("second"), Role::admin, {});
  members_.add(shared, person("manager"), Role::manager, {});
  EXPECT_EQ(erase_user(ana).state, JobState::completed);
  EXPECT_EQ(owner_of(shared), first);
}

// Neither is anything handed to somebody who cannot act, nor does a tenant with another admin go with all its data.
TEST_F(UserErasureTest, ATenantWhoseOtherAdminsAreSuspendedWaitsForSomebodyToDecide) {
  const auto ana = person("ana");
  const auto ben = person("ben", false);
  const auto shared = tenant_of(ana, "Shared");
  members_.add(shared, ben, Role::admin, {});
  {
    auto runs = orchestrator();
    const auto preview = EraseUser(runs).preview(ana, Call::within(kLease));
    ASSERT_EQ(preview.owned_tenants.size(), 1U);
    EXPECT_TRUE(preview.owned_tenants[0].is_blocked);
    EXPECT_FALSE(preview.owned_tenants[0].new_owner);
  }
  const auto failed = erase_user(ana);
  EXPECT_EQ(failed.state, JobState::failed);
  EXPECT_THAT(failed.error_log, ElementsAre(HasSubstr("every other admin is suspended")));
  EXPECT_EQ(owner_of(shared), ana);
  EXPECT_TRUE(accounts_.find(ana, {}));

  accounts_.update(ben, {.is_active = true}, {});
  EXPECT_EQ(erase_user(ana).state, JobState::completed);
  EXPECT_EQ(owner_of(shared), ben);
}

/// Hands a tenant to the user while the services are at work.
class LateGift final : public store::TenantDataStore {
 public:
  explicit LateGift(std::function<void()> give) : give_(std::move(give)) {}
  store::Preview preview(const Subject& /*subject*/, const Call& /*call*/) override { return {}; }
  store::Erasure erase(const store::EraseRequest& /*request*/, const Call& /*call*/,
                       const store::ProgressSink& /*progress*/) override {
    std::exchange(give_, [] {})();
    return {};
  }
  store::Residue verify(const Subject& /*subject*/, const Call& /*call*/) override { return {}; }

 private:
  std::function<void()> give_;
};

TEST_F(UserErasureTest, ATenantThatIsHandedOverInTheMiddleIsSeenToAsWell) {
  const auto ana = person("ana");
  const auto ben = person("ben");
  const auto late = tenant_of(ben, "Late");
  members_.add(late, ana, Role::admin, {});
  endpoints_.push_back({.name = "crm", .data_store = std::make_shared<LateGift>([&] {
                                         members_.transfer_ownership(late, ben, ana, {});
                                       })});
  EXPECT_EQ(erase_user(ana).state, JobState::completed);
  EXPECT_EQ(owner_of(late), ben);
  EXPECT_THAT(members_.memberships_of(ana, {}), IsEmpty());
}

TEST_F(UserErasureTest, ASoftDeletedTenantIsHandedOverToo) {
  const auto ana = person("ana");
  const auto ben = person("ben");
  const auto shared = tenant_of(ana, "Shared");
  members_.add(shared, ben, Role::admin, {});
  tenants_.soft_delete(shared, std::chrono::hours(24), {});
  EXPECT_EQ(erase_user(ana).state, JobState::completed);
  EXPECT_EQ(owner_of(shared), ben);
  EXPECT_TRUE(tenants_.get(shared, {}).deleted_at);
}

// One tenant that cannot be deleted: the job says so, the rest of the tenants is seen to, the account stays but is
// suspended.
TEST_F(UserErasureTest, AFailureIsToldBesideTheOthersResults) {
  auto& orders = add("orders", {.failure = Error(ErrorCode::refused, "a rule is missing")});
  const auto ana = person("ana");
  const auto ben = person("ben");
  const auto alone = tenant_of(ana, "Alone");
  const auto shared = tenant_of(ana, "Shared");
  members_.add(shared, ben, Role::admin, {});
  const auto job = erase_user(ana);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(owner_of(shared), ben);
  EXPECT_TRUE(tenants_.find(alone, {}));
  EXPECT_FALSE(accounts_.get(ana, {}).is_active);
  EXPECT_EQ(step(job, kAccountStep).state, StepState::pending);
  EXPECT_THAT(::testing::PrintToString(job.error_log), HasSubstr("tenant " + alone.str()));

  // Mended and ordered again, it goes on to the end.
  orders.recover();
  const auto again = erase_user(ana);
  EXPECT_EQ(again.state, JobState::completed) << ::testing::PrintToString(again.error_log);
  EXPECT_FALSE(tenants_.find(alone, {}));
  EXPECT_FALSE(accounts_.find(ana, {}));
}

// Stopped in the middle of a tenant's deletion, it goes on where it was, with the same deletion job.
TEST_F(UserErasureTest, GoesOnAfterAStop) {
  auto& orders = add("orders", {.hangs = true});
  const auto ana = person("ana");
  const auto alone = tenant_of(ana, "Alone");
  auto runs = orchestrator({.lease = kLease, .grace = Milliseconds(50)});
  const auto id = EraseUser(runs).enqueue({.user = ana, .initiated_by = {}}, Call::within(kLease));
  EXPECT_FALSE(accounts_.get(ana, {}).is_active);
  {
    const auto lease = jobs_.claim(id, "first", kLease);
    std::stop_source stop;
    std::jthread stopper([&] {
      orders.wait_until_asked();
      stop.request_stop();
    });
    EXPECT_FALSE(jobs::is_terminal(runs.run(lease.value(), stop.get_token()).state));
  }
  const auto begun = jobs_.get(id);
  ASSERT_EQ(begun.owned_tenants.size(), 1U);
  EXPECT_EQ(begun.owned_tenants[0].state, StepState::pending);

  orders.recover();
  const auto lease = jobs_.claim(id, "second", kLease);
  const auto job = runs.run(lease.value(), {});
  EXPECT_EQ(job.state, JobState::completed) << ::testing::PrintToString(job.error_log);
  EXPECT_EQ(job.owned_tenants[0].deletion_job, begun.owned_tenants[0].deletion_job);
  EXPECT_FALSE(tenants_.find(alone, {}));
  EXPECT_EQ(db_.value("select count(*) from tenure.deletion_jobs"), "2");
}

// The tenant is being deleted by another job already: that one is waited for, or gone on with, and named.
TEST_F(UserErasureTest, AdoptsADeletionThatIsUnderWay) {
  const auto ana = person("ana");
  const auto alone = tenant_of(ana, "Alone");
  auto runs = orchestrator();
  const auto active = EraseTenant(runs).enqueue({.tenant = alone}, Call::within(kLease));
  const auto job = erase_user(ana);
  EXPECT_EQ(job.state, JobState::completed);
  EXPECT_EQ(job.owned_tenants.at(0).deletion_job, active);
}

// B7 at once with B3 and B5: whatever admins do meanwhile, no tenant is left with an owner who is gone.
TEST_F(UserErasureTest, NoTenantIsLeftBehindWhileAdminsComeAndGo) {
  for (int round = 0; round < 10; ++round) {
    const auto suffix = std::to_string(round);
    const auto ana = person("ana" + suffix);
    const auto ben = person("ben" + suffix);
    const auto shared = tenant_of(ana, "Shared");
    members_.add(shared, ben, Role::admin, {});
    std::atomic<bool> goes{false};
    std::jthread leaving([&] {
      while (!goes) std::this_thread::yield();
      try {
        members_.remove(shared, ben, {});
      } catch (const Error& error) {
        // Ben is the owner by now, or the tenant is on its way out, or gone.
        EXPECT_TRUE(error.code() == ErrorCode::conflict || error.code() == ErrorCode::not_found) << error.what();
      }
    });
    goes = true;
    const auto job = erase_user(ana);
    leaving.join();
    ASSERT_EQ(job.state, JobState::completed) << ::testing::PrintToString(job.error_log);
    const auto left = tenants_.find(shared, {});
    EXPECT_TRUE(!left || left->owner == ben);
    EXPECT_THAT(members_.memberships_of(ana, {}), IsEmpty());
  }
}

}  // namespace
}  // namespace tenure::erasure
