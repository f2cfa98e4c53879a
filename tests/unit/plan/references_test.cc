#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using estate::Reference;
using test::catalog_of;
using test::guard_of;
using test::name_of;
using test::owner_of;
using test::plan_of;
using test::refusals_of;
using test::table;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

Reference reference(const std::string& from, const std::string& column, const std::string& to,
                    estate::Condition when = {}) {
  return {.from_table = from, .from_columns = {column}, .to_table = to, .to_columns = {"id"}, .when = std::move(when)};
}

const auto kOrders = table("orders").id().tenant();

TEST(References, ADeclaredReferenceMakesATableTheTenants) {
  const auto plan = plan_of(catalog_of({kOrders, table("comments").column("order_id")}),
                            {.references = {reference("comments", "order_id", "orders")}});
  EXPECT_EQ(owner_of(plan, "comments"), "order_id > orders");
  const auto& guard = guard_of(plan, "comments.order_id");
  EXPECT_TRUE(guard.is_declared);
  EXPECT_FALSE(guard.can_have_outside_rows);
  EXPECT_FALSE(guard.has_index);
}

TEST(References, ADeclaredReferenceWinsOverAKey) {
  const auto catalog = catalog_of({kOrders, table("customers").id().tenant(),
                                   table("comments").column("order_id").key({"customer_id"}, "customers")});
  const auto plan = plan_of(catalog, {.references = {reference("comments", "order_id", "orders")}});
  EXPECT_EQ(owner_of(plan, "comments"), "order_id > orders");
}

TEST(References, APolymorphicReferenceFollowsEachOfItsKinds) {
  const auto catalog = catalog_of({kOrders, table("customers").id().tenant(),
                                   table("attachments").column("owner_id").column("owner_type", "text")});
  const auto plan =
      plan_of(catalog, {.references = {
                            reference("attachments", "owner_id", "orders", {{"owner_type", "order"}}),
                            reference("attachments", "owner_id", "customers", {{"owner_type", "customer"}}),
                        }});
  const auto& links = plan.tables.at(name_of("attachments")).links;
  ASSERT_THAT(links, SizeIs(2));
  EXPECT_EQ(links[0].when, (estate::Condition{{"owner_type", "order"}}));
  EXPECT_EQ(links[0].parent, name_of("orders"));
  EXPECT_EQ(links[1].when, (estate::Condition{{"owner_type", "customer"}}));
  EXPECT_EQ(links[1].parent, name_of("customers"));
  EXPECT_THAT(plan.guards, SizeIs(2));
}

TEST(References, AnIdInAVarcharIsComparedAsText) {
  const auto as_text = [](const std::string& child_type, const std::string& parent_type) {
    const auto catalog = catalog_of(
        {table("orders").tenant().required("id", parent_type), table("comments").column("order_id", child_type)});
    const auto plan = plan_of(catalog, {.references = {reference("comments", "order_id", "orders")}});
    return plan.tables.at(name_of("comments")).links.at(0).as_text && guard_of(plan, "comments.order_id").as_text;
  };
  EXPECT_TRUE(as_text("character varying(36)", "uuid"));
  EXPECT_TRUE(as_text("text", "bigint"));
  EXPECT_TRUE(as_text("uuid", "text"));
  EXPECT_FALSE(as_text("uuid", "uuid"));
  EXPECT_FALSE(as_text("integer", "bigint"));
  EXPECT_FALSE(as_text("text", "character varying(36)"));
}

TEST(References, AReferenceOfSeveralColumnsIsOneKey) {
  const auto catalog = catalog_of({table("orders").tenant().required("number", "integer"),
                                   table("comments").column("owner").column("order_number", "integer")});
  const auto plan = plan_of(catalog, {.references = {{.from_table = "comments",
                                                      .from_columns = {"owner", "order_number"},
                                                      .to_table = "orders",
                                                      .to_columns = {"tenant_id", "number"}}}});
  EXPECT_EQ(owner_of(plan, "comments"), "owner, order_number > orders");
}

TEST(References, AReferenceOfADirectTableIsGuardedOnly) {
  const auto catalog = catalog_of({kOrders, table("comments").tenant().column("order_id").index({"order_id"})});
  const auto plan = plan_of(catalog, {.references = {reference("comments", "order_id", "orders")}});
  EXPECT_EQ(owner_of(plan, "comments"), "tenant_id");
  EXPECT_TRUE(guard_of(plan, "comments.order_id").can_have_outside_rows);
  EXPECT_TRUE(guard_of(plan, "comments.order_id").has_index);
}

TEST(References, OneThatRepeatsAKeyOfTheDatabaseAddsNothing) {
  const auto catalog = catalog_of({kOrders, table("items").key({"order_id"}, "orders")});
  EXPECT_THAT(plan_of(catalog, {.references = {reference("items", "order_id", "orders")}}).guards, SizeIs(1));
}

TEST(References, UnknownNamesAreRefused) {
  const auto catalog = catalog_of({kOrders, table("comments").tenant()});
  const auto refusals = [&](const Reference& one) { return refusals_of(catalog, {.references = {one}}); };
  EXPECT_THAT(refusals(reference("coments", "order_id", "orders")), ElementsAre(StartsWith("unknown_table coments:")));
  EXPECT_THAT(refusals(reference("comments", "tenant_id", "order")), ElementsAre(StartsWith("unknown_table order:")));
  EXPECT_THAT(refusals(reference("comments", "order_id", "orders")),
              ElementsAre("unknown_column comments: comments: a rule names the column order_id, which the table does "
                          "not have"));
  EXPECT_THAT(refusals(reference("comments", "tenant_id", "orders", {{"kind", "x"}})),
              ElementsAre(StartsWith("unknown_column comments:")));
}

TEST(References, ThroughMayNameOne) {
  const auto catalog = catalog_of(
      {kOrders, table("customers").id().tenant(), table("comments").column("order_id").column("customer_id")});
  const estate::Database rules{
      .tables = {{.table = "comments", .through = {"customer_id"}}},
      .references = {reference("comments", "order_id", "orders"), reference("comments", "customer_id", "customers")}};
  EXPECT_THAT(refusals_of(catalog, rules), IsEmpty());
  EXPECT_EQ(owner_of(plan_of(catalog, rules), "comments"), "customer_id > customers");
}

}  // namespace
}  // namespace tenure::plan
