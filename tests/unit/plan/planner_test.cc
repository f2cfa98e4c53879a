#include "plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using test::catalog_of;
using test::name_of;
using test::notes_of;
using test::plan_of;
using test::refusals_of;
using test::skipping;
using test::steps_of;
using test::table;
using test::Texts;
using test::with_view;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// F3: the order of the steps.

TEST(Planner, AnEmptyDatabaseHasAnEmptyPlan) {
  const auto plan = plan_of(catalog_of({}));
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(plan.guards, IsEmpty());
  EXPECT_THAT(plan.digest(), SizeIs(64));
}

TEST(Planner, ChildrenGoBeforeParents) {
  const auto plan = plan_of(catalog_of({
      table("a_customers").id().tenant(),
      table("b_orders").id().tenant().key({"customer_id"}, "a_customers"),
      table("c_items").id().key({"order_id"}, "b_orders"),
  }));
  EXPECT_THAT(steps_of(plan), ElementsAre("delete c_items", "delete b_orders", "delete a_customers"));
}

TEST(Planner, KeysThatAreNullableOrDeclaredDecideTheOrderToo) {
  const auto catalog = catalog_of({table("a").id().tenant(), table("b").id().tenant().optional_key({"a_id"}, "a"),
                                   table("c").tenant().column("b_id")});
  const estate::Database rules{
      .references = {{.from_table = "c", .from_columns = {"b_id"}, .to_table = "b", .to_columns = {"id"}}}};
  EXPECT_THAT(steps_of(plan_of(catalog, rules)), ElementsAre("delete c", "delete b", "delete a"));
}

TEST(Planner, ASelfReferenceIsOneStatement) {
  const auto plan = plan_of(catalog_of({table("recipes").id().tenant().optional_key({"base_id"}, "recipes")}));
  EXPECT_THAT(steps_of(plan), ElementsAre("delete recipes"));
  EXPECT_THAT(plan.guards, SizeIs(1));
}

TEST(Planner, TablesInACircleGoInOneStatementWhateverTheirKeysAllow) {
  const auto circle = [](auto&& close) {
    auto customers = table("customers").id().tenant();
    close(customers);
    return steps_of(plan_of(catalog_of({customers, table("orders").id().tenant().key({"customer_id"}, "customers"),
                                        table("items").id().key({"order_id"}, "orders")})));
  };
  const auto expected = ElementsAre("delete items", "delete customers + orders");
  EXPECT_THAT(circle([](auto& customers) { customers.key({"last_order_id"}, "orders"); }), expected);
  EXPECT_THAT(circle([](auto& customers) { customers.optional_key({"last_order_id"}, "orders"); }), expected);
  EXPECT_THAT(circle([](auto& customers) { customers.key({"last_order_id"}, "orders").deferrable(); }), expected);
  EXPECT_THAT(circle([](auto& customers) {
                customers.optional_key({"last_order_id"}, "orders").on_delete(OnDelete::set_null);
              }),
              expected);
}

TEST(Planner, LastTablesGoLast) {
  const auto catalog = catalog_of({table("audit_logs").tenant(), table("event_log").tenant(), table("orders").tenant(),
                                   table("sales.audit_logs").tenant()});
  estate::Database rules{.schemas = {"public", "sales"}};
  EXPECT_THAT(steps_of(plan_of(catalog, rules, SubjectKind::tenant, {"audit_logs"})),
              ElementsAre("delete event_log", "delete orders", "delete audit_logs", "delete sales.audit_logs"));
  rules.tables = {{.table = "event_log", .last = true}};
  EXPECT_THAT(steps_of(plan_of(catalog, rules, SubjectKind::tenant, {"public.audit_logs"})),
              ElementsAre("delete orders", "delete sales.audit_logs", "delete audit_logs", "delete event_log"));
}

TEST(Planner, ALastTableStillGoesBeforeItsParent) {
  const auto catalog = catalog_of({table("audit_logs").tenant().key({"order_id"}, "orders"),
                                   table("orders").id().tenant(), table("tags").tenant()});
  EXPECT_THAT(steps_of(plan_of(catalog, {}, SubjectKind::tenant, {"audit_logs"})),
              ElementsAre("delete tags", "delete audit_logs", "delete orders"));
}

TEST(Planner, MaterialisedViewsOverOwnedTablesAreRefreshedInTheEnd) {
  auto catalog = catalog_of({table("cities").id(), table("orders").tenant()});
  catalog = with_view(with_view(catalog, "city_names", {"cities"}), "sales.totals", {"cities", "orders"});
  const auto plan = plan_of(catalog, {.tables = {{.table = "cities", .keep_reason = "shared"}}});
  EXPECT_THAT(steps_of(plan), ElementsAre("delete orders", "refresh sales.totals"));
  EXPECT_THAT(notes_of(plan, Note::Kind::materialized_view),
              ElementsAre(StartsWith("sales.totals shows rows that go")));
}

// F3: notes.

TEST(Planner, AKeyWithoutAnIndexIsNotedWithWhatItCosts) {
  const auto catalog =
      catalog_of({table("orders").id().tenant(), table("items").key({"order_id"}, "orders").unindexed()});
  EXPECT_THAT(notes_of(plan_of(catalog), Note::Kind::missing_index),
              ElementsAre("items.order_id has no index: items is scanned for every deleted row of orders"));
  EXPECT_THAT(notes_of(plan_of(skipping(catalog)), Note::Kind::missing_index),
              ElementsAre("items.order_id has no index: items is scanned once"));
}

TEST(Planner, AnIndexThatCoversTheKeyInAnyOrderIsEnough) {
  const auto orders = table("orders").tenant().required("number", "integer");
  auto items = table("items").key({"owner", "number"}, "orders", {"tenant_id", "number"}).unindexed();
  EXPECT_THAT(notes_of(plan_of(catalog_of({orders, items})), Note::Kind::missing_index), SizeIs(1));
  items.index({"number", "owner", "id"});
  EXPECT_THAT(notes_of(plan_of(catalog_of({orders, items})), Note::Kind::missing_index), IsEmpty());
}

TEST(Planner, RowSecurityIsNoted) {
  const auto plan = plan_of(catalog_of({table("orders").tenant().row_security(), table("tags").tenant()}));
  EXPECT_THAT(notes_of(plan, Note::Kind::row_security), ElementsAre(StartsWith("orders has row-level security")));
}

TEST(Planner, SideEffectsAreResolved) {
  const auto catalog = catalog_of({table("orders").tenant(), table("totals").id()});
  const auto plan =
      plan_of(catalog, {.tables = {{.table = "totals", .keep_reason = "sums"}}, .side_effects = {"totals"}});
  EXPECT_THAT(plan.side_effects, ElementsAre(name_of("totals")));
}

// F3: what it cannot do safely it refuses, all at once.

TEST(Planner, RulesThatNameWhatDoesNotExistAreRefused) {
  const auto catalog = catalog_of({table("orders").id().tenant()});
  const auto refused = [&](const estate::Database& rules) { return refusals_of(catalog, rules); };
  EXPECT_THAT(refused({.tables = {{.table = "order", .keep_reason = "x"}}}),
              ElementsAre("unknown_table order: order: a rule names this table, but the database does not have it"));
  EXPECT_THAT(refused({.tables = {{.table = "sales.orders", .keep_reason = "x"}}}),
              ElementsAre(StartsWith("unknown_table sales.orders:")));
  EXPECT_THAT(
      refused({.tables = {{.table = "orders", .tenant_column = "account"}}}),
      ElementsAre("unknown_column orders: orders: a rule names the column account, which the table does not have"));
  EXPECT_THAT(refused({.tables = {{.table = "orders", .keep_rows = {{"is_system", "true"}}}}}),
              ElementsAre(StartsWith("unknown_column orders:")));
  EXPECT_THAT(refused({.tables = {{.table = "orders", .files = estate::FilesRule{"path", "/"}}}}),
              ElementsAre(StartsWith("unknown_column orders:")));
  EXPECT_THAT(refused({.tables = {{.table = "orders", .through = {"customer_id"}}}}),
              ElementsAre(StartsWith("unknown_key orders: orders: a rule names the key \"customer_id\"")));
  EXPECT_THAT(refused({.outside_rows = {{.table = "orders", .key = "customer_id"}}}),
              ElementsAre(StartsWith("unknown_key orders:")));
  EXPECT_THAT(refused({.outside_rows = {{.table = "items", .key = "order_id"}}}),
              ElementsAre(StartsWith("unknown_table items:")));
  EXPECT_THAT(refused({.triggers = {{.table = "orders", .trigger = "notify", .skip = true}}}),
              ElementsAre("trigger orders: orders: a rule names the trigger notify, which the table does not have"));
  EXPECT_THAT(refused({.triggers = {{.table = "items", .trigger = "notify"}}}),
              ElementsAre(StartsWith("unknown_table items:")));
  EXPECT_THAT(refused({.side_effects = {"totals"}}), ElementsAre(StartsWith("unknown_table totals:")));
}

TEST(Planner, EveryRefusalIsReportedAtOnce) {
  const auto catalog = catalog_of({table("a").id(), table("b").tenant("integer"), table("c").tenant().delete_rule(),
                                   table("d").tenant().foreign()});
  const auto refusals = refusals_of(catalog, {.tables = {{.table = "e", .keep_reason = "x"}}, .side_effects = {"f"}});
  EXPECT_THAT(refusals,
              testing::UnorderedElementsAre(StartsWith("unaccounted_table a:"), StartsWith("subject_column_type b:"),
                                            StartsWith("rewrite_rule c:"), StartsWith("foreign_table d:"),
                                            StartsWith("unknown_table e:"), StartsWith("unknown_table f:")));
}

TEST(Planner, TheRefusalsAreOneErrorThatHoldsEachOnce) {
  const auto one =
      refusal_error({{Refusal::Code::trigger, "a", "a: because"}, {Refusal::Code::trigger, "a", "a: because"}});
  EXPECT_EQ(one.code(), ErrorCode::refused);
  EXPECT_EQ(one.retry(), Retry::never);
  EXPECT_STREQ(one.what(), "a: because");
  EXPECT_THAT(one.problems(), ElementsAre("a: because"));
  const auto two = refusal_error({{Refusal::Code::trigger, "a", "a: x"}, {Refusal::Code::trigger, "b", "b: y"}});
  EXPECT_THAT(two.what(), HasSubstr("2 things need a rule"));
  EXPECT_THAT(two.problems(), ElementsAre("a: x", "b: y"));
}

TEST(Planner, EveryRefusalHasAName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Refusal::Code::uncounted_rows); ++code) {
    names.insert(to_string(static_cast<Refusal::Code>(code)));
  }
  EXPECT_THAT(names, SizeIs(static_cast<std::size_t>(Refusal::Code::uncounted_rows) + 1));
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace tenure::plan
