#include "store/postgres/plan_sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::store {
namespace {

using catalog::OnDelete;
using plan::ErasurePlan;
using test::catalog_of;
using test::name_of;
using test::plan_of;
using test::skipping;
using test::table;
using test::Texts;
using test::user_plan_of;
using test::with_view;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

Texts script_of(const ErasurePlan& plan) {
  Texts texts;
  for (const auto& statement : PlanSql(plan).script()) texts.push_back(statement.text());
  return texts;
}

/// The one delete statement of a plan of one table.
std::string delete_of(const ErasurePlan& plan) {
  for (const auto& text : script_of(plan)) {
    if (text.find("DELETE") != std::string::npos) return text;
  }
  return "";
}

std::string count_of(const ErasurePlan& plan, std::string_view table) {
  return PlanSql(plan).count_rows(plan.tables.at(name_of(table))).sql().text();
}

// What each kind of table is deleted by.

TEST(PlanSql, ADirectTableIsDeletedByItsTenant) {
  const auto plan = plan_of(catalog_of({table("orders").tenant()}));
  EXPECT_EQ(delete_of(plan), "DELETE FROM ONLY \"public\".\"orders\" AS t0 WHERE (t0.\"tenant_id\" = $1::uuid)");
  EXPECT_TRUE(PlanSql(plan).is_plain(std::get<plan::DeleteStep>(plan.steps[0])));
  EXPECT_THAT(delete_of(plan_of(catalog_of({table("orders").tenant("text")}))),
              EndsWith("WHERE (t0.\"tenant_id\" IN ($1::text, upper($1::text)))"));
}

TEST(PlanSql, AThroughTableIsDeletedByTheRowsItLeadsTo) {
  const auto plan = plan_of(catalog_of({table("orders").id().tenant(), table("items").id().key({"order_id"}, "orders"),
                                        table("notes").key({"item_id"}, "items")}));
  EXPECT_EQ(count_of(plan, "notes"),
            "SELECT count(*) FROM ONLY \"public\".\"notes\" AS t0 WHERE (EXISTS (SELECT FROM ONLY \"public\".\"items\" "
            "AS t1 WHERE t1.\"id\" = t0.\"item_id\" AND (EXISTS (SELECT FROM ONLY \"public\".\"orders\" AS t2 WHERE "
            "t2.\"id\" = t1.\"order_id\" AND (t2.\"tenant_id\" = $1::uuid)))))");
}

TEST(PlanSql, ARowThatMayBelongThroughSeveralKeysBelongsThroughAny) {
  const auto catalog = catalog_of({table("a").id().tenant(), table("b").id().tenant(),
                                   table("c").optional_key({"a_id"}, "a").optional_key({"b_id"}, "b")});
  const auto plan = plan_of(catalog, {.tables = {{.table = "c", .through = {"a_id", "b_id"}}}});
  EXPECT_THAT(count_of(plan, "c"), HasSubstr("$1::uuid)) OR EXISTS (SELECT FROM ONLY \"public\".\"b\" AS t2"));
}

TEST(PlanSql, ACompositeKeyIsComparedColumnByColumn) {
  const auto plan = plan_of(catalog_of({table("orders").tenant().required("number", "integer"),
                                        table("items").key({"owner", "nr"}, "orders", {"tenant_id", "number"})}));
  EXPECT_THAT(count_of(plan, "items"), HasSubstr("t1.\"tenant_id\" = t0.\"owner\" AND t1.\"number\" = t0.\"nr\""));
}

TEST(PlanSql, APolymorphicReferenceAsksForItsKindAndComparesAsText) {
  const auto catalog = catalog_of(
      {table("orders").id().tenant(), table("tags").column("owner_id", "text").column("owner_type", "text")});
  const auto plan = plan_of(catalog, {.references = {{.from_table = "tags",
                                                      .from_columns = {"owner_id"},
                                                      .to_table = "orders",
                                                      .to_columns = {"id"},
                                                      .when = {{"owner_type", "order"}}}}});
  EXPECT_THAT(count_of(plan, "tags"),
              HasSubstr("((t0.\"owner_type\" = 'order' AND EXISTS (SELECT FROM ONLY \"public\".\"orders\" AS t1 WHERE "
                        "t1.\"id\"::text = t0.\"owner_id\"::text AND (t1.\"tenant_id\" = $1::uuid))))"));
}

TEST(PlanSql, APartitionedTableIsReachedByItsRootAndAnInheritedOneAlone) {
  const auto plan = plan_of(catalog_of(
      {table("events").tenant().partitioned(), table("base").tenant(), table("derived").tenant().inherits("base")}));
  EXPECT_THAT(count_of(plan, "events"), HasSubstr("FROM \"public\".\"events\""));
  EXPECT_THAT(count_of(plan, "base"), HasSubstr("FROM ONLY \"public\".\"base\""));
  EXPECT_THAT(count_of(plan, "derived"), HasSubstr("FROM ONLY \"public\".\"derived\""));
  EXPECT_EQ(PlanSql(plan).lock_tables().text(),
            "LOCK TABLE ONLY \"public\".\"base\", ONLY \"public\".\"derived\", \"public\".\"events\" IN ROW EXCLUSIVE "
            "MODE");
}

TEST(PlanSql, KeptRowsAreLeftOutAndCountedApart) {
  const auto plan = plan_of(catalog_of({table("templates").tenant().column("is_system").column("gone")}),
                            {.tables = {{.table = "templates",
                                         .keep_rows = {{"is_system", "true"}, {"gone", std::nullopt}},
                                         .keep_rows_reason = "shipped"}}});
  const auto& templates = plan.tables.at(name_of("templates"));
  EXPECT_THAT(
      count_of(plan, "templates"),
      HasSubstr("(t0.\"tenant_id\" = $1::uuid) AND (t0.\"gone\" IS NULL AND t0.\"is_system\" = 'true') IS NOT TRUE"));
  EXPECT_EQ(PlanSql(plan).count_kept_rows(templates).sql().text(),
            "SELECT count(*) FROM ONLY \"public\".\"templates\" AS t0 WHERE (t0.\"tenant_id\" = $1::uuid) AND "
            "t0.\"gone\" IS NULL AND t0.\"is_system\" = 'true'");
}

TEST(PlanSql, ACircleGoesInOneStatementWithACountEach) {
  const auto plan = plan_of(
      catalog_of({table("a").id().tenant().optional_key({"b_id"}, "b"), table("b").id().tenant().key({"a_id"}, "a")}));
  EXPECT_THAT(delete_of(plan),
              testing::AllOf(HasSubstr("WITH d0 AS (DELETE FROM ONLY \"public\".\"a\""),
                             HasSubstr(",\n     d1 AS (DELETE FROM ONLY \"public\".\"b\""),
                             HasSubstr("SELECT (SELECT count(*) FROM d0), (SELECT count(*) FROM d1)")));
}

TEST(PlanSql, FilesAreNotedWithTheReceipt) {
  const auto plan = plan_of(catalog_of({table("models").tenant().column("path", "text")}),
                            {.tables = {{.table = "models", .files = estate::FilesRule{"path", "/models"}}}});
  const auto text = delete_of(plan);
  EXPECT_THAT(text, HasSubstr("RETURNING \"path\" AS tenure_file)"));
  EXPECT_THAT(text,
              HasSubstr("SELECT DISTINCT $2::text, 'models', tenure_file, NULL::uuid FROM d0 WHERE tenure_file IS "
                        "NOT NULL"));
  EXPECT_TRUE(PlanSql(plan).names_files(std::get<plan::DeleteStep>(plan.steps[0])));
  EXPECT_THAT(PlanSql(plan).count_files(plan.tables.at(name_of("models"))).sql().text(),
              StartsWith("SELECT count(DISTINCT t0.\"path\") FROM ONLY \"public\".\"models\" AS t0 WHERE"));
}

TEST(PlanSql, RowsOfOthersAreThoseThatPointAtOursAndAreNotOurs) {
  const auto catalog =
      catalog_of({table("orders").id().tenant(), table("notes").tenant().optional_key({"order_id"}, "orders")});
  const auto plan = plan_of(catalog, {.outside_rows = {{.table = "notes", .key = "order_id"}}});
  const std::string others =
      " WHERE EXISTS (SELECT FROM ONLY \"public\".\"orders\" AS t1 WHERE t1.\"id\" = t0.\"order_id\" AND "
      "(t1.\"tenant_id\" = $1::uuid)) AND ((t0.\"tenant_id\" = $1::uuid)) IS NOT TRUE";
  EXPECT_EQ(PlanSql(plan).count_outside_rows(plan.guards.at(0)).sql().text(),
            "SELECT count(*) FROM ONLY \"public\".\"notes\" AS t0" + others);
  EXPECT_EQ(PlanSql(plan).detach({0}).sql().text(),
            "UPDATE ONLY \"public\".\"notes\" AS t0 SET \"order_id\" = NULL" + others);
}

TEST(PlanSql, DetachingMaySetTheDefault) {
  const auto catalog =
      catalog_of({table("orders").id().tenant(), table("notes").tenant().optional_key({"order_id"}, "orders")});
  const auto plan = plan_of(
      catalog, {.outside_rows = {{.table = "notes", .key = "order_id", .action = estate::OutsideAction::set_default}}});
  EXPECT_THAT(PlanSql(plan).detach({0}).sql().text(), HasSubstr("SET \"order_id\" = DEFAULT WHERE"));
}

TEST(PlanSql, AUserIsTakenOutOfRowsThatStay) {
  const auto catalog = catalog_of(
      {table("logs").tenant().column("user_id"), table("names").column("author", "text").key({"x"}, "logs")});
  const auto plan = user_plan_of(
      catalog, {.tables = {{.table = "logs", .user = estate::UserRule{"user_id", estate::UserAction::pseudonym}},
                           {.table = "names", .user = estate::UserRule{"author", estate::UserAction::pseudonym}}}});
  const PlanSql sql(plan);
  const auto& logs = std::get<plan::ChangeStep>(plan.steps[0]);
  const auto& names = std::get<plan::ChangeStep>(plan.steps[1]);
  EXPECT_EQ(sql.set_pseudonym(logs).sql().text(),
            "UPDATE ONLY \"public\".\"logs\" AS t0 SET \"user_id\" = $2::uuid WHERE t0.\"user_id\" = $1::uuid AND "
            "t0.\"tenant_id\"::text IS NOT DISTINCT FROM $3::text");
  EXPECT_EQ(sql.set_pseudonym(names).sql().text(),
            "UPDATE ONLY \"public\".\"names\" AS t0 SET \"author\" = $2::text WHERE t0.\"author\" IN ($1::text, "
            "upper($1::text))");
  EXPECT_EQ(sql.set_null(names).sql().text(),
            "UPDATE ONLY \"public\".\"names\" AS t0 SET \"author\" = NULL WHERE t0.\"author\" IN ($1::text, "
            "upper($1::text))");
  EXPECT_EQ(
      sql.list_tenants(logs).sql().text(),
      "SELECT DISTINCT t0.\"tenant_id\"::text FROM ONLY \"public\".\"logs\" AS t0 WHERE t0.\"user_id\" = $1::uuid");
  EXPECT_EQ(sql.count_changed_rows(logs).sql().text(),
            "SELECT count(*) FROM ONLY \"public\".\"logs\" AS t0 WHERE t0.\"user_id\" = $1::uuid");
}

// The checks that replace the keys' own triggers.

TEST(PlanSql, WhereTriggersAreSkippedEveryKeyIsChecked) {
  const auto catalog = catalog_of({table("orders").id().tenant(), table("items").key({"order_id"}, "orders")});
  const auto plan = plan_of(skipping(catalog));
  EXPECT_THAT(script_of(plan),
              ElementsAre("SET LOCAL session_replication_role = replica", StartsWith("LOCK TABLE "),
                          "CREATE TEMPORARY TABLE \"pg_temp\".\"tenure_keys_0\" ON COMMIT DROP AS SELECT \"id\" FROM "
                          "\"public\".\"orders\" WITH NO DATA",
                          StartsWith("DELETE FROM ONLY \"public\".\"items\""),
                          "WITH d0 AS (DELETE FROM ONLY \"public\".\"orders\" AS t0 WHERE (t0.\"tenant_id\" = "
                          "$1::uuid) RETURNING \"id\"),\n     k0 AS (INSERT INTO \"pg_temp\".\"tenure_keys_0\" SELECT "
                          "\"id\" FROM d0)\nSELECT (SELECT count(*) FROM d0)",
                          "ANALYZE \"pg_temp\".\"tenure_keys_0\"",
                          "SELECT count(*) FROM ONLY \"public\".\"items\" AS t0 WHERE EXISTS (SELECT FROM "
                          "\"pg_temp\".\"tenure_keys_0\" AS t1 WHERE t1.\"id\" = t0.\"order_id\")"));
}

TEST(PlanSql, WhereTriggersFireOnlyDeclaredReferencesAreChecked) {
  const auto catalog =
      catalog_of({table("orders").id().tenant().required("code", "text"), table("items").key({"order_id"}, "orders"),
                  table("tags").tenant().column("order_code", "text")});
  const auto plan = plan_of(catalog, {.references = {{.from_table = "tags",
                                                      .from_columns = {"order_code"},
                                                      .to_table = "orders",
                                                      .to_columns = {"code"},
                                                      .when = {{"order_code", "x"}}}}});
  const PlanSql sql(plan);
  ASSERT_THAT(sql.checked_guards(), SizeIs(1));
  EXPECT_EQ(sql.checked_guards()[0]->key, "tags.order_code");
  ASSERT_THAT(sql.key_collections(), SizeIs(1));
  EXPECT_THAT(sql.key_collections()[0].columns, ElementsAre("code"));
  EXPECT_THAT(sql.count_dangling_rows(*sql.checked_guards()[0]).text(),
              HasSubstr("WHERE t0.\"order_code\" = 'x' AND EXISTS"));
}

TEST(PlanSql, KeysOfOneParentAreCollectedOnce) {
  const auto catalog = catalog_of({table("orders").id().tenant().required("code", "text"),
                                   table("a").key({"order_id"}, "orders"), table("b").key({"order_id"}, "orders"),
                                   table("c").tenant().required("code", "text").key({"code"}, "orders", {"code"})});
  const auto plan = plan_of(skipping(catalog));
  const PlanSql sql(plan);
  ASSERT_THAT(sql.key_collections(), SizeIs(1));
  EXPECT_THAT(sql.key_collections()[0].columns, ElementsAre("id", "code"));
  EXPECT_THAT(sql.checked_guards(), SizeIs(3));
}

TEST(PlanSql, AnEmptyPlanLocksNothing) {
  const auto plan = plan_of(catalog_of({}));
  EXPECT_EQ(PlanSql(plan).lock_tables().text(), "");
  EXPECT_THAT(script_of(plan), IsEmpty());
}

// Scoped by construction: whatever the plan, each DELETE and each UPDATE holds the subject's id.

std::vector<ErasurePlan> battery() {
  const auto shop =
      with_view(catalog_of({
                    table("customers")
                        .id()
                        .tenant()
                        .optional_key({"referred_by"}, "customers")
                        .optional_key({"last_order"}, "orders"),
                    table("orders").id().tenant("text").key({"customer_id"}, "customers").on_delete(OnDelete::cascade),
                    table("items").id().key({"order_id"}, "orders").column("frozen", "boolean"),
                    table("item_notes").key({"item_id"}, "items").column("author"),
                    table("events").tenant().partitioned().optional_key({"order_id"}, "orders").column("path", "text"),
                    table("tags").column("owner_id", "text").column("owner_type", "text"),
                    table("cities").id(),
                }),
                "totals", {"orders"});
  const estate::Database rules{
      .tables = {{.table = "cities", .keep_reason = "shared"},
                 {.table = "items", .keep_rows = {{"frozen", "true"}}},
                 {.table = "item_notes", .user = estate::UserRule{"author", estate::UserAction::delete_rows}},
                 {.table = "events", .files = estate::FilesRule{"path", "/"}}},
      .references = {{.from_table = "tags",
                      .from_columns = {"owner_id"},
                      .to_table = "orders",
                      .to_columns = {"id"},
                      .when = {{"owner_type", "order"}}},
                     {.from_table = "tags",
                      .from_columns = {"owner_id"},
                      .to_table = "customers",
                      .to_columns = {"id"},
                      .when = {{"owner_type", std::nullopt}}}},
      .outside_rows = {{.table = "events", .key = "order_id"},
                       {.table = "customers", .key = "referred_by", .action = estate::OutsideAction::set_default}}};
  auto user_rules = rules;
  user_rules.outside_rows.clear();
  const auto users = catalog_of({
      table("jobs").id().tenant().column("user_id"),
      table("runs").id().tenant().optional_key({"job_id"}, "jobs").on_delete(OnDelete::set_null),
      table("logs").key({"job_id"}, "jobs").on_delete(OnDelete::cascade),
      table("audit").tenant().column("user_id"),
      table("votes").tenant().required("user_name", "text"),
  });
  const estate::Database user_actions{
      .tables = {{.table = "jobs", .user = estate::UserRule{"user_id", estate::UserAction::delete_rows}},
                 {.table = "audit", .user = estate::UserRule{"user_id", estate::UserAction::set_null}},
                 {.table = "votes", .user = estate::UserRule{"user_name", estate::UserAction::pseudonym}}}};
  return {plan_of(shop, rules),
          plan_of(skipping(shop), rules),
          user_plan_of(shop, user_rules),
          user_plan_of(users, user_actions),
          user_plan_of(skipping(users), user_actions),
          plan_of(users)};
}

/// The pieces of the scripts from each DELETE or UPDATE up to where it gives back its rows.
Texts writes() {
  static const std::regex kWrite(R"((DELETE FROM|UPDATE) [\s\S]*?( RETURNING |$))");
  Texts pieces;
  for (const auto& plan : battery()) {
    for (const auto& text : script_of(plan)) {
      for (std::sregex_iterator it(text.begin(), text.end(), kWrite), end; it != end; ++it) pieces.push_back(it->str());
    }
  }
  return pieces;
}

TEST(PlanSql, EveryDeleteAndUpdateIsScopedToTheSubject) {
  const auto pieces = writes();
  EXPECT_THAT(pieces, SizeIs(testing::Ge(30)));
  EXPECT_THAT(pieces, Each(HasSubstr("$1")));
}

TEST(PlanSql, ADeleteOfPartOfATableIsScopedToTheSubjectAndToThatPart) {
  int slices = 0;
  for (const auto& plan : battery()) {
    const PlanSql sql(plan);
    for (const auto& step : plan.steps) {
      const auto* deletion = std::get_if<plan::DeleteStep>(&step);
      if (deletion == nullptr || deletion->tables.size() != 1) continue;
      Slice slice{.from = "(3,1)", .to = "(9,7)"};
      for (const auto& guard : plan.guards) slice.unless_named_by.push_back(guard.child);
      const auto text = sql.delete_rows(*deletion, slice).sql().text();
      EXPECT_THAT(text, HasSubstr("$1"));
      EXPECT_THAT(text, HasSubstr("AND t0.ctid >= '(3,1)'::tid AND t0.ctid <= '(9,7)'::tid"));
      ++slices;
    }
  }
  EXPECT_GE(slices, 10);
}

TEST(PlanSql, NothingElseWritesToTablesOfTheProduct) {
  static const std::regex kInsert(R"((INSERT INTO|TRUNCATE|DROP TABLE|ALTER|MERGE INTO) (\S+))");
  for (const auto& plan : battery()) {
    for (const auto& text : script_of(plan)) {
      for (std::sregex_iterator it(text.begin(), text.end(), kInsert), end; it != end; ++it) {
        EXPECT_THAT((*it)[1].str(), "INSERT INTO");
        EXPECT_THAT((*it)[2].str(), testing::AnyOf(StartsWith("\"pg_temp\".\"tenure_keys_"), "tenure.pending_files"));
      }
    }
  }
}

TEST(PlanSql, EveryCountIsScopedToTheSubject) {
  for (const auto& plan : battery()) {
    const PlanSql sql(plan);
    for (const auto& [name, owned] : plan.tables) {
      EXPECT_THAT(sql.count_rows(owned).sql().text(), HasSubstr("$1"));
      EXPECT_THAT(sql.count_rows_up_to(owned, 7).sql().text(), HasSubstr("$1"));
      EXPECT_THAT(sql.list_strips(owned, "(1,1)", 7).sql().text(), HasSubstr("$1"));
    }
    for (const auto& guard : plan.guards) EXPECT_THAT(sql.count_outside_rows(guard).sql().text(), HasSubstr("$1"));
  }
}

// Names and constants can hold anything.

/// What is left of a statement without quoted names and quoted constants.
std::string bare(const std::string& text) {
  static const std::regex kQuoted(R"("(?:[^"]|"")*"| E'(?:[^'\\]|''|\\\\)*'|'(?:[^'\\]|'')*')");
  return std::regex_replace(text, kQuoted, "?");
}

const Texts kNames = {"Orders", "select", "Sørensen ✂", "two words", "a\"b", "\"; DROP TABLE x; --",
                      "it's",   "$1",     "back\\slash"};

TEST(PlanSql, ANameIsQuotedWhateverItHolds) {
  for (const auto& name : kNames) {
    const auto column = name + " id";
    const auto catalog =
        skipping(with_view(catalog_of({table("plain").tenant().required(column).column("note"),
                                       table("s." + name).key({column}, "plain", {column}).column(name, "text"),
                                       table("out").tenant().optional_key({name}, "plain", {column})}),
                           name, {"plain"}));
    const auto plan = plan_of(catalog, {.schemas = {"public", "s"},
                                        .tables = {{.table = "s." + name, .files = estate::FilesRule{name, "/"}}},
                                        .outside_rows = {{.table = "out", .key = "out_" + name + "_fkey"}}});
    const auto script = script_of(plan);
    EXPECT_THAT(script,
                Each(testing::ResultOf(bare, Not(HasSubstr(name == "select" || name == "$1" ? "Orders" : name)))));
    EXPECT_THAT(script, testing::Contains(HasSubstr("\"s\"." + pg::Identifier(name).quoted())));
    EXPECT_THAT(script, testing::Contains(HasSubstr("t0." + pg::Identifier(column).quoted())));
  }
}

TEST(PlanSql, AConditionsConstantIsQuotedWhateverItHolds) {
  const auto kept_by = [](const std::string& value) {
    const auto plan = plan_of(catalog_of({table("t").tenant().column("k", "text")}),
                              {.tables = {{.table = "t", .keep_rows = {{"k", value}}}}});
    const auto text = count_of(plan, "t");
    EXPECT_EQ(bare(text), "SELECT count(*) FROM ONLY ?.? AS t0 WHERE (t0.? = $1::uuid) AND (t0.? = ?) IS NOT TRUE")
        << text;
    const auto start = text.rfind("= ") + 2;
    return text.substr(start, text.rfind(") IS NOT TRUE") - start);
  };
  EXPECT_EQ(kept_by("plain"), "'plain'");
  EXPECT_EQ(kept_by("O'Brien"), "'O''Brien'");
  EXPECT_EQ(kept_by("') OR true --"), "''') OR true --'");
  EXPECT_EQ(kept_by("a\\b"), " E'a\\\\b'");
  EXPECT_EQ(kept_by("\\' OR true --"), " E'\\\\'' OR true --'");
  EXPECT_EQ(kept_by(""), "''");
}

}  // namespace
}  // namespace tenure::store
