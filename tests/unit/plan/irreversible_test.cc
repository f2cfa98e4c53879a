// C7: what could not be taken back exactly is known before anything goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::Trigger;
using estate::UserAction;
using test::catalog_of;
using test::plan_of;
using test::skipping;
using test::table;
using test::Texts;
using test::user_plan_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Texts irreversible(const ErasurePlan& plan) {
  Texts texts;
  for (const auto& refusal : plan.archive_refusals) {
    texts.push_back(std::string(to_string(refusal.code)) + " " + refusal.message);
  }
  return texts;
}

TEST(Irreversible, OrdinaryTablesAreNot) {
  EXPECT_THAT(irreversible(plan_of(catalog_of({table("orders").id().tenant(), table("logs").tenant()}))), IsEmpty());
}

TEST(Irreversible, RowsThatChangeAndStayNeedAPrimaryKey) {
  const estate::Database rules{
      .tables = {{.table = "logs", .user = estate::UserRule{"user_id", UserAction::set_null}}}};
  const auto without = user_plan_of(catalog_of({table("logs").tenant().column("user_id")}), rules);
  EXPECT_THAT(irreversible(without), ElementsAre(HasSubstr("no_primary_key logs: rows that are changed and stay")));
  EXPECT_THAT(test::notes_of(without, Note::Kind::cannot_come_back), ElementsAre(HasSubstr("logs")));
  EXPECT_THAT(irreversible(user_plan_of(catalog_of({table("logs").id().tenant().column("user_id")}), rules)),
              IsEmpty());
}

TEST(Irreversible, RowsOfOthersThatArePointedAwayNeedAPrimaryKeyToo) {
  const auto catalog =
      catalog_of({table("orders").id().tenant(), table("notes").tenant().optional_key({"order_id"}, "orders")});
  EXPECT_THAT(irreversible(plan_of(catalog, {.outside_rows = {{.table = "notes", .key = "order_id"}}})),
              ElementsAre(HasSubstr("notes: rows that are changed and stay")));
}

TEST(Irreversible, TriggersOnInsertWouldSeeRowsThatComeBackAsNew) {
  const auto catalog = catalog_of({table("orders").id().tenant().insert_trigger("tell_erp")});
  EXPECT_THAT(irreversible(plan_of(catalog)),
              ElementsAre(HasSubstr("trigger orders: the trigger tell_erp (function on_change) would fire")));
  EXPECT_THAT(irreversible(plan_of(skipping(catalog))), IsEmpty());
  EXPECT_THAT(irreversible(plan_of(catalog, {.triggers = {{.table = "orders", .trigger = "tell_erp"}}})), IsEmpty());
}

TEST(Irreversible, TriggersThatFireInAnyModeDoSoForARoleThatMaySkipThem) {
  const auto catalog = [](Trigger::Firing firing) {
    return skipping(catalog_of({table("orders").id().tenant().insert_trigger("tell_erp", firing)}));
  };
  EXPECT_THAT(irreversible(plan_of(catalog(Trigger::Firing::always))), ElementsAre(HasSubstr("tell_erp")));
  EXPECT_THAT(irreversible(plan_of(catalog(Trigger::Firing::replica))), ElementsAre(HasSubstr("tell_erp")));
  EXPECT_THAT(irreversible(plan_of(catalog(Trigger::Firing::disabled))), IsEmpty());
}

TEST(Irreversible, TriggersOnDeleteDoNotMatter) {
  EXPECT_THAT(irreversible(plan_of(catalog_of({table("orders").id().tenant().trigger("count")}))), IsEmpty());
}

TEST(Irreversible, TriggersOnUpdateMatterWhereRowsAreChangedBack) {
  const auto catalog = catalog_of({table("logs").id().tenant().column("user_id").update_trigger("touch")});
  const estate::Database rules{
      .tables = {{.table = "logs", .user = estate::UserRule{"user_id", UserAction::set_null}}}};
  EXPECT_THAT(irreversible(user_plan_of(catalog, rules)), ElementsAre(HasSubstr("logs: the trigger touch")));
  EXPECT_THAT(irreversible(plan_of(catalog)), IsEmpty());
}

}  // namespace
}  // namespace tenure::plan
