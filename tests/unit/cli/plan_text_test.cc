#include "cli/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::cli {
namespace {

using catalog::OnDelete;
using nlohmann::json;
using plan::ErasurePlan;
using test::catalog_of;
using test::plan_of;
using test::skipping;
using test::table;
using test::with_view;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

ErasurePlan shop(bool skips = false) {
  const auto catalog =
      with_view(catalog_of({
                    table("cities").id(),
                    table("customers").id().tenant().rows(1000),
                    table("orders").id().tenant().key({"customer_id"}, "customers").unindexed().rows(200'000),
                    table("items").id().key({"order_id"}, "orders").rows(800'000),
                    table("notes").tenant().optional_key({"order_id"}, "orders").on_delete(OnDelete::cascade).rows(0),
                    table("tags").tenant().column("customer_id").rows(0),
                }),
                "totals", {"orders"});
  return plan_of(skips ? skipping(catalog) : catalog, {.tables = {{.table = "cities", .keep_reason = "shared by all"}},
                                                       .references = {{.from_table = "tags",
                                                                       .from_columns = {"customer_id"},
                                                                       .to_table = "customers",
                                                                       .to_columns = {"id"}}},
                                                       .outside_rows = {{.table = "notes", .key = "order_id"}}});
}

store::Preview counted() {
  return {.data_counts = {{"customers", 3}, {"orders", 1200}, {"items", 5000}, {"notes", 0}, {"tags", 0}},
          .outside_rows = {
              {.table = "notes", .key = "notes.order_id", .parent = "orders", .rows = 2500, .rule = "set_null"},
              {.table = "tags", .key = "tags.customer_id", .parent = "customers", .rows = 4, .rule = ""}}};
}

/// True when the pieces are in the text, in this order.
testing::AssertionResult in_order(const std::string& text, const std::vector<std::string>& pieces) {
  std::size_t at = 0;
  for (const auto& piece : pieces) {
    at = text.find(piece, at);
    if (at == std::string::npos)
      return testing::AssertionFailure() << "\"" << piece << "\" is missing or too early in\n" << text;
    at += piece.size();
  }
  return testing::AssertionSuccess();
}

// F4: steps, rows, locks, time, and the rows of others.

TEST(PlanText, ShowsTheStepsInOrderWithWhoseTheRowsAre) {
  const auto text = plan_text("shop", shop(), counted(), false);
  EXPECT_TRUE(in_order(text, {"Plan for shop  ", "  steps\n", "1. detach rows of others along notes.order_id\n",
                              "2. delete items", "5,000 rows  through order_id (orders)\n", "3. delete notes",
                              "4. delete orders", "1,200 rows  direct by tenant_id\n", "5. delete tags",
                              "6. delete customers", "7. refresh public.totals\n"}));
  EXPECT_THAT(text, HasSubstr("  kept\n    cities "));
  EXPECT_THAT(text, HasSubstr("shared by all\n"));
}

TEST(PlanText, HasTheDigestAtItsHead) {
  EXPECT_THAT(plan_text("shop", shop(), {}, false),
              HasSubstr("Plan for shop  " + shop().digest().substr(0, 16) + "\n"));
}

TEST(PlanText, WithAPreviewTheRowsAreExact) {
  const auto text = plan_text("shop", shop(), counted(), false);
  EXPECT_THAT(text, HasSubstr("  rows      6,203\n"));
  EXPECT_THAT(text, Not(HasSubstr("all tenants")));
}

TEST(PlanText, WithoutAPreviewTheyAreThoseOfAllTenants) {
  const auto text = plan_text("shop", shop(), {}, false);
  EXPECT_THAT(text, HasSubstr("  rows      1,001,000 at most (all tenants, from the statistics)\n"));
  EXPECT_THAT(text, ContainsRegex("delete items +800,000 rows in all tenants  "));
  EXPECT_THAT(text, HasSubstr("not counted: name a tenant; set to null\n"));
}

TEST(PlanText, SaysWhatIsLocked) {
  EXPECT_TRUE(in_order(plan_text("shop", shop(), {}, false),
                       {"locks     ROW EXCLUSIVE on 5 tables", "locks     ACCESS EXCLUSIVE on public.totals"}));
}

TEST(PlanText, SaysWhatBecomesOfTriggers) {
  EXPECT_THAT(plan_text("shop", shop(false), {}, false), HasSubstr("  triggers  fire;"));
  EXPECT_THAT(plan_text("shop", shop(true), {}, false), HasSubstr("  triggers  skipped;"));
}

TEST(PlanText, ListsTheRowsOfOthersByKey) {
  const auto text = plan_text("shop", shop(), counted(), false);
  EXPECT_THAT(text, HasSubstr("  rows of others that could hang under these\n"));
  EXPECT_THAT(text, ContainsRegex("    notes.order_id +ON DELETE CASCADE +2,500 rows; set to null\n"));
  EXPECT_THAT(text, ContainsRegex("    tags.customer_id +ON DELETE \\(no key\\) +4 rows; refused if any\n"));
  EXPECT_THAT(text, ContainsRegex("    orders.customer_id +ON DELETE NO ACTION +none now; refused if any\n"));
  EXPECT_THAT(text, Not(ContainsRegex("    items.order_id +ON DELETE")));
}

TEST(PlanText, ListsTheNotes) {
  EXPECT_TRUE(in_order(plan_text("shop", shop(), {}, false),
                       {"  notes\n", "totals shows rows that go", "orders.customer_id has no index"}));
}

TEST(PlanText, ShowsTheSqlOnlyWhenAskedTo) {
  EXPECT_THAT(plan_text("shop", shop(), {}, false), Not(HasSubstr("DELETE FROM")));
  const auto text = plan_text("shop", shop(), {}, true);
  EXPECT_TRUE(in_order(text, {"  sql ($1 is the subject's id)\n", "LOCK TABLE", "UPDATE ONLY \"public\".\"notes\"",
                              "DELETE FROM ONLY \"public\".\"items\"", "DELETE FROM ONLY \"public\".\"orders\"",
                              "REFRESH MATERIALIZED VIEW \"public\".\"totals\";\n"}));
}

TEST(PlanText, AUsersPlanShowsWhatIsChanged) {
  const auto plan = test::user_plan_of(
      catalog_of({table("jobs").id().tenant().column("user_id"), table("logs").tenant().column("author")}),
      {.tables = {{.table = "jobs", .user = estate::UserRule{"user_id", estate::UserAction::pseudonym}},
                  {.table = "logs", .user = estate::UserRule{"author", estate::UserAction::set_null}}}});
  EXPECT_TRUE(in_order(plan_text("shop", plan, {}, false),
                       {"1. replace by a pseudonym jobs.user_id\n", "2. set to null logs.author\n"}));
  const auto steps = plan_json("shop", plan, {})["steps"];
  EXPECT_EQ(steps[0]["action"], "pseudonym");
  EXPECT_EQ(steps[1]["action"], "set_null");
  EXPECT_THAT(steps[1]["sql"].get<std::string>(), HasSubstr("SET \"author\" = NULL"));
}

TEST(PlanText, AnEmptyPlanIsShown) {
  const auto text = plan_text("shop", plan_of(catalog_of({})), {}, true);
  EXPECT_THAT(text, AllOf(HasSubstr("  rows      0 "), Not(HasSubstr("kept")), Not(HasSubstr("notes"))));
}

TEST(PlanText, TheEstimateGrowsWithTheRowsAndIsLessWithoutTriggers) {
  EXPECT_EQ(estimated_seconds(plan::TriggerMode::fire, 0), 0);
  EXPECT_LT(estimated_seconds(plan::TriggerMode::skip, 1e6), estimated_seconds(plan::TriggerMode::fire, 1e6));
  EXPECT_LT(estimated_seconds(plan::TriggerMode::fire, 1e5), estimated_seconds(plan::TriggerMode::fire, 1e6));
}

TEST(PlanJson, HoldsTheStepsInOrderWithRowsAndSql) {
  const auto body = plan_json("shop", shop(), counted());
  EXPECT_EQ(body["service"], "shop");
  EXPECT_EQ(body["digest"], shop().digest());
  EXPECT_EQ(body["triggers"], "fire");
  EXPECT_EQ(body["rows"], 6203);
  ASSERT_THAT(body["steps"], SizeIs(7));
  EXPECT_EQ(body["steps"][0]["action"], "detach");
  EXPECT_EQ(body["steps"][0]["table"], "notes");
  EXPECT_EQ(body["steps"][1]["action"], "delete");
  EXPECT_EQ(body["steps"][1]["tables"], json({"items"}));
  EXPECT_EQ(body["steps"][1]["owners"], json({"through order_id (orders)"}));
  EXPECT_EQ(body["steps"][1]["rows"], 5000);
  EXPECT_EQ(body["steps"][1]["rows_are_exact"], true);
  EXPECT_EQ(body["steps"][6]["action"], "refresh");
  for (const auto& step : body["steps"]) {
    EXPECT_FALSE(step["sql"].get<std::string>().empty());
    EXPECT_FALSE(step.contains("text"));
  }
}

TEST(PlanJson, HoldsLocksKeysNotesAndWhatIsKept) {
  const auto body = plan_json("shop", shop(true), {});
  EXPECT_EQ(body["triggers"], "skip");
  EXPECT_THAT(body["locks"], SizeIs(2));
  EXPECT_EQ(body["kept"], json({{"cities", "shared by all"}}));
  EXPECT_THAT(body["notes"], SizeIs(testing::Ge(2)));
  EXPECT_GT(body["estimated_seconds"].get<double>(), 0);
  EXPECT_EQ(body["steps"][1]["rows_are_exact"], false);
  ASSERT_THAT(body["keys"], SizeIs(4));
  EXPECT_THAT(body["keys"], testing::Contains(json({{"key", "notes.order_id"},
                                                    {"parent", "public.orders"},
                                                    {"declared", false},
                                                    {"on_delete", "CASCADE"},
                                                    {"has_index", true},
                                                    {"can_have_outside_rows", true}})));
  EXPECT_THAT(body["outside_rows"], SizeIs(0));
}

TEST(PlanJson, HoldsTheRowsOfOthers) {
  EXPECT_THAT(plan_json("shop", shop(), counted())["outside_rows"],
              ElementsAre(json({{"key", "notes.order_id"}, {"rows", 2500}, {"rule", "set_null"}}),
                          json({{"key", "tags.customer_id"}, {"rows", 4}, {"rule", nullptr}})));
}

}  // namespace
}  // namespace tenure::cli
