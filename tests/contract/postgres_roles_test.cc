#include <gtest/gtest.h>

#include "tests/contract/postgres_world.h"

// That the two PostgreSQL worlds of the contract really are two: one deletes without triggers, the other with them.
namespace tenure::contract {
namespace {

Call soon() { return Call::within(Milliseconds(60'000)); }

// A4, F3
TEST(PostgresRoles, SuperuserSkipsTriggers) {
  PostgresWorld world(Role::superuser);
  const auto tenant = TenantId::random();
  world.fill(tenant);
  EXPECT_EQ(world.postgres_store().plan(SubjectKind::tenant, soon()).triggers, plan::TriggerMode::skip);
  EXPECT_EQ(world.data_store().erase({.subject = tenant}, soon(), {}).deleted_counts.at("customers"), 2);
  EXPECT_EQ(world.deletions_seen_by_trigger(), 0);
}

// A4, F3
TEST(PostgresRoles, PlainRoleLetsTriggersFire) {
  PostgresWorld world(Role::plain);
  const auto tenant = TenantId::random();
  world.fill(tenant);
  EXPECT_EQ(world.postgres_store().plan(SubjectKind::tenant, soon()).triggers, plan::TriggerMode::fire);
  EXPECT_EQ(world.data_store().erase({.subject = tenant}, soon(), {}).deleted_counts.at("customers"), 2);
  EXPECT_EQ(world.deletions_seen_by_trigger(), 2);
}

// A4: what is kept is counted and says why.
TEST(PostgresRoles, PreviewNamesWhatIsKept) {
  PostgresWorld world(Role::plain);
  const auto tenant = TenantId::random();
  world.fill(tenant);
  const auto preview = world.data_store().preview(tenant, soon());
  EXPECT_EQ(preview.kept_counts, (store::Counts{{"templates", 1}}));
  EXPECT_EQ(preview.kept_reasons.at("cities"), "shared by all tenants");
  EXPECT_EQ(preview.kept_reasons.at("templates"), "shipped with the product (is_system = true)");
  world.data_store().erase({.subject = tenant}, soon(), {});
  EXPECT_EQ(world.database().value("SELECT count(*) FROM templates WHERE tenant_id = '" + tenant.str() + "'"), "1");
  EXPECT_EQ(world.database().value("SELECT count(*) FROM cities"), "2");
}

}  // namespace
}  // namespace tenure::contract
