#include "plan/ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using catalog::TypeClass;
using test::catalog_of;
using test::name_of;
using test::owner_of;
using test::plan_of;
using test::refusals_of;
using test::table;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// F3: direct.

TEST(Ownership, ATableWithTheTenantColumnIsDirect) {
  const auto plan = plan_of(catalog_of({table("orders").id().tenant().rows(42)}));
  EXPECT_EQ(owner_of(plan, "orders"), "tenant_id");
  EXPECT_EQ(plan.tables.at(name_of("orders")).subject_type, TypeClass::uuid);
  EXPECT_EQ(plan.tables.at(name_of("orders")).estimated_rows, 42);
}

TEST(Ownership, TheTenantColumnMayBeText) {
  const auto plan = plan_of(catalog_of({table("orders").tenant("character varying(36)")}));
  EXPECT_EQ(plan.tables.at(name_of("orders")).subject_type, TypeClass::text);
}

TEST(Ownership, ATenantColumnThatCannotHoldAUuidIsRefused) {
  EXPECT_THAT(refusals_of(catalog_of({table("orders").tenant("integer")})),
              ElementsAre("subject_column_type orders: orders: tenant_id is of type integer, which cannot hold a UUID; "
                          "settle it with `tenant_column:`, `through:` or `keep:`"));
}

TEST(Ownership, ATableMayNameAnotherTenantColumn) {
  const auto catalog = catalog_of({table("orders").tenant("integer").column("account_uuid")});
  const auto plan = plan_of(catalog, {.tables = {{.table = "orders", .tenant_column = "account_uuid"}}});
  EXPECT_EQ(owner_of(plan, "orders"), "account_uuid");
}

// F3: through.

TEST(Ownership, ATableBelongsThroughItsRequiredKey) {
  const auto plan = plan_of(catalog_of({table("orders").id().tenant(), table("items").key({"order_id"}, "orders")}));
  EXPECT_EQ(owner_of(plan, "items"), "order_id > orders");
}

TEST(Ownership, ANullableKeySaysNothing) {
  const auto catalog =
      catalog_of({table("orders").id().tenant(), table("items").id().optional_key({"order_id"}, "orders")});
  EXPECT_THAT(refusals_of(catalog), ElementsAre(StartsWith("unaccounted_table items:")));
}

TEST(Ownership, AKeyOfSeveralColumnsIsRequiredOnlyWhenEachIs) {
  const auto orders = table("orders").tenant().required("number", "integer");
  const auto loose = table("items")
                         .required("order_number", "integer")
                         .column("owner")
                         .key({"owner", "order_number"}, "orders", {"tenant_id", "number"});
  EXPECT_THAT(refusals_of(catalog_of({orders, loose})), ElementsAre(StartsWith("unaccounted_table items:")));
  const auto tight = table("items").key({"owner", "order_number"}, "orders", {"tenant_id", "number"});
  EXPECT_EQ(owner_of(plan_of(catalog_of({orders, tight})), "items"), "owner, order_number > orders");
}

TEST(Ownership, TheNearestOwnedTableWinsWhateverTheNames) {
  const auto plan = plan_of(catalog_of({
      table("z_orders").id().tenant(),
      table("m_items").id().key({"order_id"}, "z_orders"),
      table("a_notes").id().key({"item_id"}, "m_items").key({"order_id"}, "z_orders"),
  }));
  EXPECT_EQ(owner_of(plan, "a_notes"), "order_id > z_orders");
}

TEST(Ownership, AChainOfKeysIsFollowedToItsEnd) {
  const auto plan = plan_of(catalog_of({
      table("a").id().key({"b_id"}, "b"),
      table("b").id().key({"c_id"}, "c"),
      table("c").id().key({"d_id"}, "d"),
      table("d").id().tenant(),
  }));
  EXPECT_EQ(owner_of(plan, "a"), "b_id > b");
  EXPECT_EQ(owner_of(plan, "c"), "d_id > d");
}

TEST(Ownership, WhereTwoAreEquallyNearCascadeSettlesIt) {
  const auto plan = plan_of(catalog_of({
      table("customers").id().tenant(),
      table("orders").id().tenant(),
      table("notes").key({"customer_id"}, "customers").key({"order_id"}, "orders").on_delete(OnDelete::cascade),
  }));
  EXPECT_EQ(owner_of(plan, "notes"), "order_id > orders");
}

TEST(Ownership, TwoEquallyNearAreRefusedNamingBothKeys) {
  for (const auto action : {OnDelete::no_action, OnDelete::cascade}) {
    const auto refusals = refusals_of(catalog_of({
        table("customers").id().tenant(),
        table("orders").id().tenant(),
        table("notes")
            .key({"customer_id"}, "customers")
            .on_delete(action)
            .key({"order_id"}, "orders")
            .on_delete(action),
    }));
    EXPECT_THAT(refusals,
                ElementsAre("ambiguous_owner notes: notes: could belong to the tenant along several keys; settle it "
                            "with `through: \"customer_id\"` (customers) or `through: \"order_id\"` (orders)"));
  }
}

TEST(Ownership, ThroughSettlesWhatIsAmbiguous) {
  const auto catalog = catalog_of({
      table("customers").id().tenant(),
      table("orders").id().tenant(),
      table("notes").key({"customer_id"}, "customers").key({"order_id"}, "orders").named("notes_order_fk"),
  });
  const auto owner = [&](const std::vector<std::string>& through) {
    return owner_of(plan_of(catalog, {.tables = {{.table = "notes", .through = through}}}), "notes");
  };
  EXPECT_EQ(owner({"customer_id"}), "customer_id > customers");
  EXPECT_EQ(owner({"notes_order_fk"}), "order_id > orders");
  EXPECT_EQ(owner({"customer_id", "order_id"}), "customer_id > customers, order_id > orders");
}

TEST(Ownership, ThroughMayNameANullableKeyAndColumnsInAnyOrder) {
  const auto catalog =
      catalog_of({table("orders").tenant().required("number", "integer"),
                  table("items").optional_key({"owner", "order_number"}, "orders", {"tenant_id", "number"})});
  const auto plan = plan_of(catalog, {.tables = {{.table = "items", .through = {"order_number,  owner"}}}});
  EXPECT_EQ(owner_of(plan, "items"), "owner, order_number > orders");
}

TEST(Ownership, ThroughWinsOverTheTenantColumn) {
  const auto catalog = catalog_of({table("orders").id().tenant(), table("items").tenant().key({"order_id"}, "orders")});
  const auto plan = plan_of(catalog, {.tables = {{.table = "items", .through = {"order_id"}}}});
  EXPECT_EQ(owner_of(plan, "items"), "order_id > orders");
}

TEST(Ownership, ThroughATableThatIsNotTheTenantsIsRefused) {
  const auto catalog = catalog_of({table("cities").id(), table("shops").key({"city_id"}, "cities")});
  EXPECT_THAT(refusals_of(catalog, {.tables = {{.table = "cities", .keep_reason = "shared"},
                                               {.table = "shops", .through = {"city_id"}}}}),
              ElementsAre("unowned_parent shops: shops: `through: \"city_id\"` leads to cities, which does not belong "
                          "to the tenant"));
}

TEST(Ownership, ATableThatBelongsOnlyThroughItselfIsRefused) {
  const auto catalog = catalog_of({table("nodes").id().key({"parent_id"}, "nodes")});
  EXPECT_THAT(refusals_of(catalog, {.tables = {{.table = "nodes", .through = {"parent_id"}}}}),
              ElementsAre(AllOf(StartsWith("ownership_cycle nodes:"), HasSubstr("`through:` another key"))));
  EXPECT_THAT(refusals_of(catalog), ElementsAre(StartsWith("unaccounted_table nodes:")));
}

TEST(Ownership, ARoundOfThroughRulesIsRefusedForEachOfItsTables) {
  const auto catalog = catalog_of({table("a").id().key({"b_id"}, "b"), table("b").id().key({"a_id"}, "a")});
  EXPECT_THAT(
      refusals_of(catalog, {.tables = {{.table = "a", .through = {"b_id"}}, {.table = "b", .through = {"a_id"}}}}),
      ElementsAre(StartsWith("ownership_cycle a:"), StartsWith("ownership_cycle b:")));
}

// F2, F3: everything is accounted for.

TEST(Ownership, ATableThatNothingExplainsIsRefusedWithTheRulesThatWouldSettleIt) {
  EXPECT_THAT(
      refusals_of(catalog_of({table("scratch").id()})),
      ElementsAre("unaccounted_table scratch: scratch: has no column tenant_id and no NOT NULL foreign key to "
                  "a table that belongs to the tenant; settle it with `keep:`, `tenant_column:` or `through:`"));
}

TEST(Ownership, AKeptTableStaysWithItsReason) {
  const auto plan = plan_of(catalog_of({table("cities").id().tenant()}),
                            {.tables = {{.table = "cities", .keep_reason = "shared by all"}}});
  EXPECT_TRUE(plan.tables.empty());
  ASSERT_THAT(plan.kept, SizeIs(1));
  EXPECT_EQ(plan.kept[0].label, "cities");
  EXPECT_EQ(plan.kept[0].reason, "shared by all");
}

TEST(Ownership, AKeptTableOwnsNothing) {
  const auto catalog = catalog_of({table("cities").id().tenant(), table("streets").key({"city_id"}, "cities")});
  EXPECT_THAT(refusals_of(catalog, {.tables = {{.table = "cities", .keep_reason = "shared"}}}),
              ElementsAre(StartsWith("unaccounted_table streets:")));
}

TEST(Ownership, RowsKeptByAConditionAreInThePlan) {
  const auto plan = plan_of(catalog_of({table("templates").tenant().column("is_system", "boolean")}),
                            {.tables = {{.table = "templates",
                                         .keep_rows = {{"is_system", "true"}},
                                         .keep_rows_reason = "shipped with the product"}}});
  const auto& templates = plan.tables.at(name_of("templates"));
  EXPECT_EQ(templates.kept_rows, (estate::Condition{{"is_system", "true"}}));
  EXPECT_EQ(templates.kept_reason, "shipped with the product");
}

TEST(Ownership, FilesAreInThePlan) {
  const auto plan = plan_of(catalog_of({table("models").tenant().column("path", "text")}),
                            {.tables = {{.table = "models", .files = estate::FilesRule{"path", "/models"}}}});
  EXPECT_EQ(plan.tables.at(name_of("models")).files, (estate::FilesRule{"path", "/models"}));
}

TEST(Ownership, TablesOfExtensionsAndOfOtherSchemasNeedNoRule) {
  const auto plan = plan_of(catalog_of(
      {table("orders").tenant(), table("spatial_ref_sys").id().extension_member(), table("other.things").id()}));
  EXPECT_THAT(plan.tables, SizeIs(1));
}

TEST(Ownership, ALabelHasTheSchemaWhenItIsNotTheFirst) {
  const auto catalog =
      catalog_of({table("public.orders").id().tenant(), table("sales.orders").key({"order_id"}, "public.orders")});
  const auto plan = plan_of(catalog, {.schemas = {"sales", "public"}});
  EXPECT_EQ(plan.tables.at(name_of("sales.orders")).label, "orders");
  EXPECT_EQ(plan.tables.at(name_of("public.orders")).label, "public.orders");
  EXPECT_EQ(owner_of(plan, "sales.orders"), "order_id > orders");
}

TEST(Ownership, ARuleMeansTheFirstSchemaThatHasTheTable) {
  const auto catalog = catalog_of({table("public.logs").tenant(), table("sales.logs").tenant()});
  const auto plan =
      plan_of(catalog, {.schemas = {"sales", "public"}, .tables = {{.table = "logs", .keep_reason = "x"}}});
  EXPECT_EQ(owner_of(plan, "sales.logs"), "");
  EXPECT_EQ(owner_of(plan, "public.logs"), "tenant_id");
  const auto other =
      plan_of(catalog, {.schemas = {"sales", "public"}, .tables = {{.table = "public.logs", .keep_reason = "x"}}});
  EXPECT_EQ(owner_of(other, "sales.logs"), "tenant_id");
  EXPECT_EQ(owner_of(other, "public.logs"), "");
}

// F3: kinds of tables.

TEST(Ownership, APartitionedTableIsOne) {
  const auto plan = plan_of(catalog_of({table("events").tenant().partitioned(), table("orders").tenant()}));
  EXPECT_TRUE(plan.tables.at(name_of("events")).is_partitioned);
  EXPECT_FALSE(plan.tables.at(name_of("orders")).is_partitioned);
}

TEST(Ownership, AnInheritingTableIsATableOfItsOwn) {
  const auto plan = plan_of(catalog_of({table("events").tenant(), table("clicks").tenant().inherits("events")}));
  EXPECT_EQ(owner_of(plan, "clicks"), "tenant_id");
  EXPECT_EQ(owner_of(plan, "events"), "tenant_id");
}

TEST(Ownership, AForeignTableIsRefusedUnlessKept) {
  const auto catalog = catalog_of({table("remote_orders").tenant().foreign()});
  EXPECT_THAT(refusals_of(catalog),
              ElementsAre(AllOf(StartsWith("foreign_table remote_orders:"), HasSubstr("`keep:`"))));
  EXPECT_THAT(refusals_of(catalog, {.tables = {{.table = "remote_orders", .keep_reason = "erased at its home"}}}),
              IsEmpty());
}

TEST(Ownership, ARewriteRuleOnDeleteIsRefusedUnlessTheTableIsKept) {
  const auto catalog = catalog_of({table("orders").tenant().delete_rule()});
  EXPECT_THAT(refusals_of(catalog), ElementsAre(StartsWith("rewrite_rule orders:")));
  EXPECT_THAT(refusals_of(catalog, {.tables = {{.table = "orders", .keep_reason = "frozen"}}}), IsEmpty());
}

}  // namespace
}  // namespace tenure::plan
