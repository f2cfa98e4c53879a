#include "tenancy/domains.h"
#include "tenancy/invitations.h"
#include "tenancy/subscriptions.h"
#include "tenancy/tenant_settings.h"
#include "tests/postgres/tenancy/tenancy_test.h"

#include <nlohmann/json.hpp>

// A tenant that is deleted for a while, and what brings it back (B8).
namespace tenure::tenancy {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SoftDeleteTest : public TenancyTest {
 protected:
  /// The window of a soft-deleted tenant ended that long ago.
  void end_window(const TenantId& tenant, const std::string& ago = "1 second") const {
    db_.run("update tenancy.tenants set erase_after = now() - interval '" + ago + "' where id = '" + tenant.str() +
            "'");
  }
};

/// With something in every table.
TEST_F(SoftDeleteTest, RestoreBringsBackExactlyEverything) {
  const auto full = tenant();
  add_member(full.id, Role::admin);
  add_member(full.id, Role::readonly);
  Domains(pool_).add(full.id, "forn.example", call_);
  Domains(pool_).add(full.id, "vell.example", call_);
  TenantSettings(pool_).put(full.id, "colour", {{"of", "bread"}}, call_);
  Subscriptions(pool_).put(full.id, {.plan = "basic"}, call_);
  Subscriptions(pool_).cancel(full.id, call_);
  Subscriptions(pool_).put(full.id, {.plan = "plus", .status = SubscriptionStatus::trialing, .price = "49.90"}, call_);
  Invitations invitations(pool_);
  invitations.create(full.id, {.email = Email::parse("open@example.com")}, call_);
  const auto revoked = invitations.create(full.id, {.email = Email::parse("revoked@example.com")}, call_);
  invitations.revoke(full.id, revoked.invitation.id, call_);
  for (const auto* table :
       {"tenants", "tenant_members", "tenant_domains", "tenant_settings", "subscriptions", "invitations"}) {
    ASSERT_NE(count(table), "0") << table;
  }
  const auto before = all_rows();

  tenants_.soft_delete(full.id, hours(24), call_);
  EXPECT_NE(all_rows(), before);
  EXPECT_EQ(tenants_.restore(full.id, call_).updated_at, full.updated_at);
  EXPECT_EQ(all_rows(), before);
}

TEST_F(SoftDeleteTest, HidesAtOnceAndForItsWindow) {
  const auto hidden = tenant();
  const auto soft_deleted = tenants_.soft_delete(hidden.id, hours(30 * 24), call_);
  ASSERT_TRUE(soft_deleted.deleted_at && soft_deleted.erase_after);
  EXPECT_EQ(*soft_deleted.erase_after - *soft_deleted.deleted_at, hours(30 * 24));
  EXPECT_FALSE(soft_deleted.is_live());
  EXPECT_THAT(tenants_.list({}, call_).tenants, IsEmpty());
  const auto access = members_.find_access(hidden.id, hidden.owner, call_);
  EXPECT_TRUE(access.is_deleted);
  EXPECT_FALSE(access.is_live());
  EXPECT_TRUE(tenants_.restore(hidden.id, call_).is_live());
  EXPECT_TRUE(members_.find_access(hidden.id, hidden.owner, call_).is_live());
}

TEST_F(SoftDeleteTest, RepeatedItKeepsTheFirstDate) {
  const auto id = tenant().id;
  const auto first = tenants_.soft_delete(id, hours(24), call_);
  const auto second = tenants_.soft_delete(id, hours(48), call_);
  EXPECT_EQ(second.deleted_at, first.deleted_at);
  EXPECT_EQ(second.erase_after, first.erase_after);
}

TEST_F(SoftDeleteTest, SuspendedTenantComesBackSuspended) {
  const auto id = tenant().id;
  tenants_.suspend(id, call_);
  tenants_.soft_delete(id, hours(24), call_);
  EXPECT_EQ(tenants_.restore(id, call_).status, TenantStatus::suspended);
}

TEST_F(SoftDeleteTest, NothingIsRestoredThatIsNotSoftDeletedOrTooLate) {
  const auto live = tenant().id;
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { tenants_.restore(live, call_); });
  const auto late = tenant().id;
  tenants_.soft_delete(late, hours(24), call_);
  end_window(late);
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { tenants_.restore(late, call_); });
  const auto going = tenant().id;
  tenants_.soft_delete(going, hours(24), call_);
  tenants_.begin_deletion(going, JobId::random(), call_);
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { tenants_.restore(going, call_); });
}

TEST_F(SoftDeleteTest, DueAreThoseWhoseWindowHasEndedTheMostOverdueFirst) {
  tenant();
  const auto waits = tenant().id;
  const auto late = tenant().id;
  const auto later = tenant().id;
  const auto going = tenant().id;
  for (const auto& id : {waits, late, later, going}) tenants_.soft_delete(id, hours(24), call_);
  end_window(late, "1 hour");
  end_window(later, "2 hours");
  end_window(going, "3 hours");
  tenants_.begin_deletion(going, JobId::random(), call_);
  EXPECT_THAT(tenants_.due_for_erasure(10, call_), ElementsAre(later, late));
  EXPECT_THAT(tenants_.due_for_erasure(1, call_), ElementsAre(later));
}

}  // namespace
}  // namespace tenure::tenancy
