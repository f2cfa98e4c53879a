#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using estate::OutsideAction;
using test::catalog_of;
using test::guard_of;
using test::name_of;
using test::plan_of;
using test::refusals_of;
using test::steps_of;
using test::table;
using test::TableBuilder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const auto kOrders = table("orders").id().tenant();

bool can_have_outside_rows(const std::vector<TableBuilder>& tables, std::string_view key,
                           const estate::Database& rules = {}) {
  return guard_of(plan_of(catalog_of(tables), rules), key).can_have_outside_rows;
}

// F3: where rows of others can hang under the tenant's.

TEST(Guards, EveryKeyToAnOwnedTableIsGuardedWithItsOnDelete) {
  for (const auto action :
       {OnDelete::no_action, OnDelete::restrict, OnDelete::cascade, OnDelete::set_null, OnDelete::set_default}) {
    const auto plan =
        plan_of(catalog_of({kOrders, table("notes").tenant().optional_key({"order_id"}, "orders").on_delete(action)}));
    const auto& guard = guard_of(plan, "notes.order_id");
    EXPECT_EQ(guard.on_delete, action);
    EXPECT_EQ(guard.child, name_of("notes"));
    EXPECT_EQ(guard.parent, name_of("orders"));
    EXPECT_TRUE(guard.has_index);
    EXPECT_TRUE(guard.can_have_outside_rows);
    EXPECT_FALSE(guard.is_declared);
    EXPECT_FALSE(guard.rule.has_value());
  }
}

TEST(Guards, KeysToTablesThatStayAreNot) {
  const auto catalog = catalog_of({table("cities").id(), table("orders").tenant().key({"city_id"}, "cities")});
  EXPECT_THAT(plan_of(catalog, {.tables = {{.table = "cities", .keep_reason = "shared"}}}).guards, IsEmpty());
}

TEST(Guards, RowsThatBelongThroughTheKeyItselfHaveNoOthers) {
  EXPECT_FALSE(can_have_outside_rows({kOrders, table("items").key({"order_id"}, "orders")}, "items.order_id"));
}

TEST(Guards, ASecondKeyOfATableThatBelongsThroughAnotherMayHaveOthers) {
  const std::vector<TableBuilder> tables{
      kOrders, table("promotions").id().tenant(),
      table("items").key({"order_id"}, "orders").optional_key({"promotion_id"}, "promotions")};
  EXPECT_TRUE(can_have_outside_rows(tables, "items.promotion_id"));
  EXPECT_FALSE(can_have_outside_rows(tables, "items.order_id"));
}

TEST(Guards, AKeyThatHoldsBothTenantColumnsHasNoOthers) {
  const auto orders = table("orders").tenant().required("number", "integer");
  EXPECT_FALSE(can_have_outside_rows(
      {orders, table("items").tenant().key({"tenant_id", "number"}, "orders", {"tenant_id", "number"})},
      "items.tenant_id, number"));
  // The columns are there, but do not face each other.
  EXPECT_TRUE(
      can_have_outside_rows({table("orders").tenant().required("other"),
                             table("items").tenant().key({"tenant_id", "ref"}, "orders", {"other", "tenant_id"})},
                            "items.tenant_id, ref"));
  // Text on one side may spell a UUID in another way.
  EXPECT_TRUE(
      can_have_outside_rows({table("orders").tenant("text").required("number"),
                             table("items").tenant().key({"tenant_id", "number"}, "orders", {"tenant_id", "number"})},
                            "items.tenant_id, number"));
}

TEST(Guards, KeptRowsOfTheChildStayBehind) {
  EXPECT_TRUE(can_have_outside_rows(
      {kOrders, table("items").column("frozen", "boolean").key({"order_id"}, "orders")}, "items.order_id",
      {.tables = {{.table = "items", .keep_rows = {{"frozen", "true"}}, .keep_rows_reason = "law"}}}));
}

TEST(Guards, RowsOfAKeptTableAndOfAnotherSchemaMayHang) {
  EXPECT_TRUE(can_have_outside_rows({kOrders, table("archive").key({"order_id"}, "orders")}, "archive.order_id",
                                    {.tables = {{.table = "archive", .keep_reason = "law"}}}));
  EXPECT_TRUE(
      can_have_outside_rows({kOrders, table("other.notes").key({"order_id"}, "orders").on_delete(OnDelete::cascade)},
                            "other.notes.order_id"));
}

TEST(Guards, ASelfReferenceOfADirectTableMayHaveOthers) {
  EXPECT_TRUE(can_have_outside_rows({table("customers").id().tenant().optional_key({"referred_by"}, "customers")},
                                    "customers.referred_by"));
}

TEST(Guards, AKeyDeclaredTwiceIsGuardedOnce) {
  const auto items = table("items").key({"order_id"}, "orders").key({"order_id"}, "orders").named("again");
  const auto plan = plan_of(catalog_of({kOrders, items}), {.tables = {{.table = "items", .through = {"order_id"}}}});
  EXPECT_THAT(plan.guards, SizeIs(1));
}

TEST(Guards, APartitionedChildIsKnownAsOne) {
  const auto plan = plan_of(catalog_of({kOrders, table("events").partitioned().key({"order_id"}, "orders")}));
  EXPECT_TRUE(guard_of(plan, "events.order_id").child_is_partitioned);
}

// F3: rules for rows of others.

estate::Database outside(const std::string& key, OutsideAction action = OutsideAction::set_null) {
  return {.outside_rows = {{.table = "notes", .key = key, .action = action}}};
}

TEST(OutsideRows, ARuleDetachesBeforeAnythingIsDeleted) {
  const auto catalog =
      catalog_of({kOrders, table("notes").tenant().optional_key({"order_id"}, "orders").named("notes_fk")});
  for (const auto* key : {"order_id", "notes_fk"}) {
    const auto plan = plan_of(catalog, outside(key));
    EXPECT_THAT(steps_of(plan), ElementsAre("detach notes.order_id", "delete notes", "delete orders"));
    EXPECT_EQ(guard_of(plan, "notes.order_id").rule, OutsideAction::set_null);
    EXPECT_THAT(guard_of(plan, "notes.order_id").detached_columns, ElementsAre("order_id"));
  }
}

TEST(OutsideRows, ADetachedRowKeepsItsOwnTenant) {
  const auto catalog =
      catalog_of({table("orders").tenant().required("number", "integer"),
                  table("notes").tenant().optional_key({"tenant_id", "number"}, "orders", {"tenant_id", "number"})});
  const auto plan = plan_of(catalog, outside("number, tenant_id"));
  EXPECT_THAT(guard_of(plan, "notes.tenant_id, number").detached_columns, ElementsAre("number"));
}

TEST(OutsideRows, ANotNullColumnCannotBeSetToNull) {
  const auto catalog = catalog_of({kOrders, table("notes").tenant().key({"order_id"}, "orders")});
  EXPECT_THAT(refusals_of(catalog, outside("order_id")),
              ElementsAre("outside_rule notes: notes.order_id: the column order_id is NOT NULL, so `outside_rows` "
                          "cannot set it to null"));
}

TEST(OutsideRows, SetDefaultWorksOnANotNullColumnWithADefault) {
  const auto catalog =
      catalog_of({kOrders, table("notes").tenant().required("order_id").with_default().key({"order_id"}, "orders")});
  const auto plan = plan_of(catalog, outside("order_id", OutsideAction::set_default));
  EXPECT_EQ(guard_of(plan, "notes.order_id").rule, OutsideAction::set_default);
}

TEST(OutsideRows, SetDefaultOfANotNullColumnWithoutOneIsRefused) {
  const auto catalog = catalog_of({kOrders, table("notes").tenant().key({"order_id"}, "orders")});
  EXPECT_THAT(refusals_of(catalog, outside("order_id", OutsideAction::set_default)),
              ElementsAre(StartsWith("outside_rule notes: notes.order_id: the column order_id is NOT NULL")));
}

TEST(OutsideRows, AGeneratedColumnCannotBeChanged) {
  const auto catalog = catalog_of({kOrders, table("notes").tenant().generated("order_id").key({"order_id"}, "orders")});
  EXPECT_THAT(refusals_of(catalog, outside("order_id")),
              ElementsAre(StartsWith("outside_rule notes: notes.order_id: the column order_id is generated")));
}

TEST(OutsideRows, TheTenantColumnItselfCannotBeChanged) {
  const auto catalog =
      catalog_of({table("tenants").id().tenant(), table("notes").tenant().key({"tenant_id"}, "tenants")});
  EXPECT_THAT(refusals_of(catalog, outside("tenant_id")),
              ElementsAre("outside_rule notes: notes.tenant_id: the key is the tenant column itself, so `outside_rows` "
                          "cannot change it"));
}

TEST(OutsideRows, TheDatabasesOwnSetNullIsNoRuleForATenant) {
  const auto catalog =
      catalog_of({kOrders, table("notes").tenant().optional_key({"order_id"}, "orders").on_delete(OnDelete::set_null)});
  EXPECT_FALSE(guard_of(plan_of(catalog), "notes.order_id").rule.has_value());
}

}  // namespace
}  // namespace tenure::plan
