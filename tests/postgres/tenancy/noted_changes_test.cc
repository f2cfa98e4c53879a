#include <nlohmann/json.hpp>

#include "tenancy/domains.h"
#include "tenancy/invitations.h"
#include "tenancy/subscriptions.h"
#include "tenancy/tenant_settings.h"
#include "tests/postgres/tenancy/tenancy_test.h"

// E6: every change of a tenant, and of what belongs to it, is noted in its own transaction, with who made it.
namespace tenure::tenancy {
namespace {

class NotedChanges : public TenancyTest {
 protected:
  /// What was noted since the last time, in its order.
  std::string noted() {
    auto words =
        db_.value("select coalesce(string_agg(action::text, ' ' order by number), '') from tenure.audit_notes " +
                  ("where tenant_id = '" + tenant_.str() + "' and actor_id = '" + admin_.str() + "'"));
    db_.run("delete from tenure.audit_notes");
    return words;
  }

  const UserId admin_ = UserId::random();
  const Call by_admin_{.deadline = call_.deadline, .stop = {}, .by = Actor::user(admin_)};
  const TenantId tenant_ = tenants_.create({.name = "Forn Vell", .owner = UserId::random()}, by_admin_).id;
};

TEST_F(NotedChanges, OfTheRecord) {
  tenants_.update(tenant_, {.name = "Forn Nou"}, by_admin_);
  tenants_.suspend(tenant_, by_admin_);
  tenants_.activate(tenant_, by_admin_);
  tenants_.soft_delete(tenant_, std::chrono::hours(24), by_admin_);
  tenants_.restore(tenant_, by_admin_);
  EXPECT_EQ(noted(),
            "tenant_created tenant_changed tenant_suspended tenant_activated tenant_soft_deleted tenant_restored");
}

TEST_F(NotedChanges, OfThosePeopleThatBelongToIt) {
  noted();
  const auto member = UserId::random();
  members_.add(tenant_, member, Role::member, by_admin_);
  members_.change_role(tenant_, member, Role::admin, by_admin_);
  members_.remove(tenant_, member, by_admin_);
  EXPECT_EQ(noted(), "member_added member_changed member_removed");
  Invitations invitations(pool_);
  const auto made = invitations.create(tenant_,
                                       {.email = Email::parse("joan@people.example"),
                                        .role = Role::member,
                                        .invited_by = admin_,
                                        .lifetime = std::chrono::hours(2)},
                                       by_admin_);
  invitations.revoke(tenant_, made.invitation.id, by_admin_);
  EXPECT_EQ(noted(), "invitation_made invitation_revoked");
}

TEST_F(NotedChanges, OfWhatItHas) {
  noted();
  Domains domains(pool_);
  domains.add(tenant_, "forn.example", by_admin_);
  domains.add(tenant_, "pa.example", by_admin_);
  domains.make_primary(tenant_, "pa.example", by_admin_);
  domains.remove(tenant_, "pa.example", by_admin_);
  EXPECT_EQ(noted(), "domain_added domain_added domain_changed domain_removed");
  TenantSettings settings(pool_);
  settings.put(tenant_, "colour", nlohmann::json("red"), by_admin_);
  settings.remove(tenant_, "colour", by_admin_);
  EXPECT_EQ(noted(), "setting_changed setting_changed");
  Subscriptions subscriptions(pool_);
  subscriptions.put(tenant_, {.plan = "large", .status = SubscriptionStatus::active, .price = "49.90"}, by_admin_);
  subscriptions.cancel(tenant_, by_admin_);
  EXPECT_EQ(noted(), "subscription_changed subscription_cancelled");
}

TEST_F(NotedChanges, AreNotNotedWhenTheyAreRefused) {
  noted();
  Domains domains(pool_);
  TenantSettings settings(pool_);
  EXPECT_THROW(domains.remove(tenant_, "nobody.example", by_admin_), Error);
  EXPECT_THROW(settings.remove(tenant_, "colour", by_admin_), Error);
  EXPECT_THROW(Subscriptions(pool_).cancel(tenant_, by_admin_), Error);
  EXPECT_EQ(noted(), "");
}

}  // namespace
}  // namespace tenure::tenancy
