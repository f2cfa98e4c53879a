// C7, F3: the statements that send rows to an archive as they go. Each is scoped to one subject, and what is sent is
// what goes: one statement does both.
#include "store/postgres/archive_sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::store {
namespace {

using plan::ErasurePlan;
using test::catalog_of;
using test::name_of;
using test::plan_of;
using test::skipping;
using test::table;
using test::Texts;
using test::user_plan_of;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kTenant = "aaaaaaaa-0000-4000-8000-000000000001";

class Statements {
 public:
  explicit Statements(const ErasurePlan& plan, const Scratch& scratch = Scratch::temporary())
      : plan_(plan),
        plan_sql_(plan, scratch),
        sql_(plan, plan_sql_, scratch,
             {.subject = subject(),
              .receipt_key = "job/it's",
              .job = JobId::parse("00000000-0000-4000-8000-00000000000b"),
              .encoding = "UTF8"}) {}

  const ArchiveSql& operator*() const { return sql_; }
  const ArchiveSql* operator->() const { return &sql_; }
  std::string deletion_of(std::string_view name, const Slice& slice = {}) const {
    return sql_.delete_rows(plan_.tables.at(name_of(name)), slice).sql().text();
  }

 private:
  Subject subject() const {
    const auto id = Uuid::parse(kTenant, "id");
    return plan_.subject == SubjectKind::tenant ? Subject(TenantId(id)) : Subject(UserId(id));
  }

  const ErasurePlan& plan_;
  const PlanSql plan_sql_;
  const ArchiveSql sql_;
};

TEST(ArchiveSql, DeletedRowsAreSentByTheStatementThatDeletesThem) {
  const auto plan = plan_of(catalog_of({table("orders").id().tenant().generated("sum").column("note", "xml")}));
  EXPECT_EQ(Statements(plan).deletion_of("orders"),
            "COPY (DELETE FROM ONLY \"public\".\"orders\" AS t0 WHERE (t0.\"tenant_id\" = "
            "'aaaaaaaa-0000-4000-8000-000000000001'::uuid) RETURNING \"t0\".\"id\", \"t0\".\"tenant_id\", "
            "\"t0\".\"note\"::text) TO STDOUT (ENCODING 'UTF8')");
  EXPECT_THAT(describe_rows(plan.tables.at(name_of("orders"))).columns, ElementsAre("id", "tenant_id", "note"));
}

TEST(ArchiveSql, KeysAndFilesAreTakenFromTheSameRows) {
  const auto catalog = catalog_of({table("orders").id().tenant().generated("code").column("path", "text"),
                                   table("items").tenant().key({"code"}, "orders", {"code"})});
  const auto plan =
      plan_of(skipping(catalog), {.tables = {{.table = "orders", .files = estate::FilesRule{"path", "/"}}}});
  const auto text = Statements(plan).deletion_of("orders");
  // A key that the archive does not hold is asked for as well.
  EXPECT_THAT(
      text, HasSubstr("RETURNING t0.\"id\", t0.\"tenant_id\", t0.\"path\", t0.\"code\", t0.\"path\" AS tenure_file)"));
  EXPECT_THAT(text, HasSubstr("k0 AS (INSERT INTO \"pg_temp\".\"tenure_keys_0\" SELECT \"code\" FROM d0)"));
  EXPECT_THAT(text, HasSubstr("SELECT DISTINCT 'job/it''s'::text, 'orders', tenure_file, "
                              "'00000000-0000-4000-8000-00000000000b'::uuid FROM d0"));
}

TEST(ArchiveSql, ACircleIsCollectedFirst) {
  const auto plan = plan_of(
      catalog_of({table("a").id().tenant().optional_key({"b_id"}, "b"), table("b").id().tenant().key({"a_id"}, "a")}));
  const auto& step = std::get<plan::DeleteStep>(plan.steps[0]);
  const Statements sql(plan);
  EXPECT_EQ(sql->create_row_collection(step, 1).text(),
            "CREATE TEMPORARY TABLE \"pg_temp\".\"tenure_rows_1\" AS SELECT \"id\", \"tenant_id\", \"a_id\" FROM "
            "\"public\".\"b\" WITH NO DATA");
  EXPECT_THAT(sql->collect_rows(step).sql().text(),
              AllOf(HasSubstr("d1 AS (DELETE FROM ONLY \"public\".\"b\""),
                    HasSubstr("r1 AS (INSERT INTO \"pg_temp\".\"tenure_rows_1\" SELECT"),
                    HasSubstr("SELECT (SELECT count(*) FROM d0), (SELECT count(*) FROM d1)")));
  EXPECT_THAT(sql->copy_collected_rows(step, 1).text(),
              StartsWith("COPY (SELECT \"r\".\"id\", \"r\".\"tenant_id\", \"r\".\"a_id\" FROM \"pg_temp\"."));
}

TEST(ArchiveSql, APreparedTransactionUsesNoTemporaryTables) {
  const auto plan = plan_of(skipping(
      catalog_of({table("a").id().tenant().optional_key({"b_id"}, "b"), table("b").id().tenant().key({"a_id"}, "a")})));
  const auto scratch = Scratch::ordinary("x1");
  const auto& step = std::get<plan::DeleteStep>(plan.steps[0]);
  const Statements sql(plan, scratch);
  const PlanSql plan_sql(plan, scratch);
  const auto& keys = plan_sql.key_collections().front();
  for (const auto& text : {sql->create_row_collection(step, 0).text(), sql->collect_rows(step).sql().text(),
                           sql->copy_collected_rows(step, 0).text(), plan_sql.create_key_collection(keys).text(),
                           plan_sql.drop_key_collection(keys).text()}) {
    EXPECT_THAT(text, AllOf(HasSubstr("\"tenure\".\"tenure_"), HasSubstr("_x1\""), Not(HasSubstr("pg_temp")),
                            Not(HasSubstr("TEMPORARY"))));
  }
}

TEST(ArchiveSql, ChangedRowsAreSentWithTheirKeyAndBothValues) {
  const auto plan =
      user_plan_of(catalog_of({table("logs").id().tenant().column("user_id")}),
                   {.tables = {{.table = "logs", .user = estate::UserRule{"user_id", estate::UserAction::pseudonym}}}});
  const auto& step = std::get<plan::ChangeStep>(plan.steps[0]);
  EXPECT_EQ(Statements(plan)->set_pseudonym(step, "p", "t'1").sql().text(),
            "COPY (WITH old AS (SELECT t0.\"id\" AS k0, t0.\"user_id\" AS c0 FROM ONLY \"public\".\"logs\" AS t0 WHERE "
            "t0.\"user_id\" = 'aaaaaaaa-0000-4000-8000-000000000001'::uuid AND t0.\"tenant_id\"::text IS NOT DISTINCT "
            "FROM 't''1'::text FOR UPDATE),\n     changed AS (UPDATE ONLY \"public\".\"logs\" AS t0 SET \"user_id\" = "
            "'p'::uuid FROM old WHERE t0.\"id\" = old.k0 RETURNING t0.\"id\", old.c0, t0.\"user_id\" AS n0)\n"
            "SELECT * FROM changed) TO STDOUT (ENCODING 'UTF8')");
  EXPECT_THAT(Statements(plan)->set_pseudonym(step, "p", std::nullopt).sql().text(),
              HasSubstr("IS NOT DISTINCT FROM NULL::text"));
  const auto section = describe_changes(step.table, step.primary_key, {step.column});
  EXPECT_THAT(section.columns, ElementsAre("id", "user_id", "user_id"));
  EXPECT_THAT(section.key, ElementsAre("id"));
}

TEST(ArchiveSql, ASliceIsPartOfTheSubjectsRows) {
  const auto plan = plan_of(catalog_of({table("orders").id().tenant()}));
  EXPECT_THAT(Statements(plan).deletion_of("orders", {.from = "(0,1)", .to = "(7,2)"}),
              HasSubstr("'::uuid) AND t0.ctid >= '(0,1)'::tid AND t0.ctid <= '(7,2)'::tid RETURNING"));
  const auto tree = plan_of(catalog_of({table("nodes").id().tenant().optional_key({"parent_id"}, "nodes")}));
  EXPECT_THAT(Statements(tree).deletion_of("nodes", {.unless_named_by = {name_of("nodes")}}),
              HasSubstr("'::uuid) AND NOT EXISTS (SELECT FROM ONLY \"public\".\"nodes\" AS t1 WHERE t0.\"id\" = "
                        "t1.\"parent_id\") RETURNING"));
}

TEST(ArchiveSql, EveryWriteIsScopedToTheSubject) {
  const auto plan =
      plan_of(skipping(catalog_of({table("a").id().tenant().optional_key({"b_id"}, "b"),
                                   table("b").id().tenant().key({"a_id"}, "a"), table("c").id().key({"a_id"}, "a"),
                                   table("d").id().tenant().optional_key({"c_id"}, "c")})),
              {.outside_rows = {{.table = "d", .key = "c_id"}, {.table = "a", .key = "b_id"}}});
  const Statements sql(plan);
  Texts texts;
  for (const auto& step : plan.steps) {
    if (const auto* detach = std::get_if<plan::DetachStep>(&step)) texts.push_back(sql->detach(*detach).sql().text());
    const auto* deletion = std::get_if<plan::DeleteStep>(&step);
    if (deletion == nullptr) continue;
    texts.push_back(sql->collect_rows(*deletion).sql().text());
    for (const auto& name : deletion->tables) texts.push_back(sql.deletion_of(name.name, {.from = "(3,1)"}));
  }
  static const std::regex kWrite(R"((DELETE FROM|UPDATE ONLY) [\s\S]*? RETURNING )");
  Texts writes;
  for (const auto& text : texts) {
    // What an UPDATE changes is what `old` has found, which stands before it.
    const auto from = text.find("WITH old");
    if (from != std::string::npos) {
      EXPECT_THAT(text, HasSubstr(kTenant));
      EXPECT_THAT(text, HasSubstr("FROM old WHERE t0."));
      continue;
    }
    for (std::sregex_iterator it(text.begin(), text.end(), kWrite), end; it != end; ++it) writes.push_back(it->str());
  }
  EXPECT_GE(writes.size(), 8U);
  EXPECT_THAT(writes, Each(HasSubstr(kTenant)));
}

}  // namespace
}  // namespace tenure::store
