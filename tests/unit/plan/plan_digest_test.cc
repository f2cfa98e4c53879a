#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::Catalog;
using catalog::OnDelete;
using estate::Database;
using test::catalog_of;
using test::plan_of;
using test::table;
using test::with_view;

Catalog bakery() {
  return with_view(catalog_of({
                       table("cities").id(),
                       table("customers").id().tenant().column("is_system", "boolean").column("photo", "text"),
                       table("notes").tenant().optional_key({"customer_id"}, "customers").trigger("on_note"),
                       table("orders").id().tenant().key({"customer_id"}, "customers"),
                       table("items").id().key({"order_id"}, "orders"),
                       table("tags").column("owner_id").column("owner_type", "text"),
                   }),
                   "totals", {"orders"});
}

Database rules() {
  return {
      .tables = {{.table = "cities", .keep_reason = "shared"},
                 {.table = "customers",
                  .keep_rows = {{"is_system", "true"}},
                  .files = estate::FilesRule{"photo", "/photos"}}},
      .references = {{.from_table = "tags",
                      .from_columns = {"owner_id"},
                      .to_table = "orders",
                      .to_columns = {"id"},
                      .when = {{"owner_type", "order"}}}},
      .outside_rows = {{.table = "notes", .key = "customer_id"}},
  };
}

catalog::Table& table_in(Catalog& catalog, std::string_view name) {
  return *std::ranges::find(catalog.tables, test::name_of(name), &catalog::Table::name);
}

std::string digest(const Catalog& catalog, const Database& with) { return plan_of(catalog, with).digest(); }

std::string digest_after(const std::function<void(Catalog&, Database&)>& change) {
  auto catalog = bakery();
  auto changed = rules();
  change(catalog, changed);
  return digest(catalog, changed);
}

// F3: the same input gives the same plan, byte for byte.
TEST(PlanDigest, TheSameCatalogAndRulesGiveTheSame) {
  EXPECT_EQ(digest(bakery(), rules()), digest(bakery(), rules()));
  EXPECT_EQ(test::steps_of(plan_of(bakery(), rules())), test::steps_of(plan_of(bakery(), rules())));
}

TEST(PlanDigest, StatisticsAndReasonsDoNotMatter) {
  const auto before = digest(bakery(), rules());
  EXPECT_EQ(before, digest_after([](Catalog& catalog, Database&) {
              for (auto& one : catalog.tables) one.estimated_rows = 1e6;
            }));
  EXPECT_EQ(before, digest_after([](Catalog&, Database& rules) { rules.tables[0].keep_reason = "still shared"; }));
  EXPECT_EQ(before, digest_after([](Catalog&, Database& rules) { rules.tables[0].line = 7; }));
}

TEST(PlanDigest, EveryChangeOfTheCatalogThatMattersChangesIt) {
  using Change = std::function<void(Catalog&)>;
  const std::map<std::string, Change> changes = {
      {"a table more", [](Catalog& c) { c.tables.push_back(table("zones").tenant().build()); }},
      {"a column more", [](Catalog& c) { table_in(c, "orders").columns.push_back({.name = "note", .type = "text"}); }},
      {"a type", [](Catalog& c) { table_in(c, "orders").columns[1].type = "text"; }},
      {"nullable", [](Catalog& c) { table_in(c, "orders").columns[2].is_not_null = false; }},
      {"a default", [](Catalog& c) { table_in(c, "orders").columns[2].has_default = true; }},
      {"generated", [](Catalog& c) { table_in(c, "orders").columns[2].is_generated = true; }},
      {"ON DELETE", [](Catalog& c) { table_in(c, "items").foreign_keys[0].on_delete = OnDelete::cascade; }},
      {"deferrable", [](Catalog& c) { table_in(c, "items").foreign_keys[0].is_deferrable = true; }},
      {"a key less", [](Catalog& c) { table_in(c, "orders").foreign_keys.clear(); }},
      {"an index less", [](Catalog& c) { table_in(c, "items").indexes.clear(); }},
      {"an invalid index", [](Catalog& c) { table_in(c, "items").indexes[0].is_valid = false; }},
      {"a partial index", [](Catalog& c) { table_in(c, "items").indexes[0].is_partial = true; }},
      {"a trigger more", [](Catalog& c) { table_in(c, "items").triggers = {{.name = "t", .on_delete = true}}; }},
      {"a trigger off",
       [](Catalog& c) { table_in(c, "notes").triggers[0].firing = catalog::Trigger::Firing::disabled; }},
      {"a trigger's function", [](Catalog& c) { table_in(c, "notes").triggers[0].function = "other"; }},
      {"row security", [](Catalog& c) { table_in(c, "orders").has_row_security = true; }},
      {"partitioned", [](Catalog& c) { table_in(c, "orders").kind = catalog::TableKind::partitioned; }},
      {"inherits", [](Catalog& c) { table_in(c, "orders").inherits.push_back(test::name_of("notes")); }},
      {"no view", [](Catalog& c) { c.materialized_views.clear(); }},
      {"what a view reads", [](Catalog& c) { c.materialized_views[0].reads.push_back(test::name_of("items")); }},
      {"may skip triggers", [](Catalog& c) { c.server.may_skip_triggers = true; }},
  };
  const auto before = digest(bakery(), rules());
  for (const auto& [what, change] : changes) {
    EXPECT_NE(before, digest_after([&](Catalog& catalog, Database&) { change(catalog); })) << what;
  }
}

TEST(PlanDigest, EveryChangeOfTheRulesThatMattersChangesIt) {
  using Change = std::function<void(Database&)>;
  const std::map<std::string, Change> changes = {
      {"kept", [](Database& r) { r.tables.push_back({.table = "notes", .keep_reason = "law"}); }},
      {"keep_rows",
       [](Database& r) {
         r.tables[1].keep_rows = {{"is_system", "false"}};
       }},
      {"keep_rows to null",
       [](Database& r) {
         r.tables[1].keep_rows = {{"is_system", std::nullopt}};
       }},
      {"keep_rows with the text NULL",
       [](Database& r) {
         r.tables[1].keep_rows = {{"is_system", "NULL"}};
       }},
      {"where files are", [](Database& r) { r.tables[1].files->root = "/elsewhere"; }},
      {"no keep_rows", [](Database& r) { r.tables[1].keep_rows.clear(); }},
      {"files", [](Database& r) { r.tables[1].files.reset(); }},
      {"when",
       [](Database& r) {
         r.references[0].when = {{"owner_type", "customer"}};
       }},
      {"where a reference leads", [](Database& r) { r.references[0].to_table = "customers"; }},
      {"outside rows", [](Database& r) { r.outside_rows[0].action = estate::OutsideAction::set_default; }},
      {"no rule for outside rows", [](Database& r) { r.outside_rows.clear(); }},
      {"last", [](Database& r) { r.tables[1].last = true, r.tables.push_back({.table = "items", .last = true}); }},
      {"through", [](Database& r) { r.tables.push_back({.table = "orders", .through = {"customer_id"}}); }},
      {"side effects", [](Database& r) { r.side_effects = {"cities"}; }},
  };
  const auto before = digest(bakery(), rules());
  for (const auto& [what, change] : changes) {
    EXPECT_NE(before, digest_after([&](Catalog&, Database& changed) { change(changed); })) << what;
  }
}

TEST(PlanDigest, NoTwoConditionsAreTheSame) {
  const auto digest_of = [](const estate::Condition& kept) {
    return digest_after([&](Catalog&, Database& rules) { rules.tables[1].keep_rows = kept; });
  };
  EXPECT_NE(digest_of({{"photo", "NULL"}}), digest_of({{"photo", std::nullopt}}));
  EXPECT_NE(digest_of({{"is_system", "t;photo=x"}}), digest_of({{"is_system", "t"}, {"photo", "x"}}));
}

TEST(PlanDigest, TheSubjectMatters) {
  EXPECT_NE(plan_of(bakery(), rules()).digest(), test::user_plan_of(bakery(), rules()).digest());
}

}  // namespace
}  // namespace tenure::plan
