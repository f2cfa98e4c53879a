#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::Trigger;
using test::catalog_of;
using test::notes_of;
using test::plan_of;
using test::refusals_of;
using test::skipping;
using test::table;
using test::user_plan_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Firing = Trigger::Firing;

estate::Database skip(const std::vector<std::string>& triggers) {
  estate::Database rules;
  for (const auto& trigger : triggers) rules.triggers.push_back({.table = "orders", .trigger = trigger, .skip = true});
  return rules;
}

TEST(Triggers, WithoutAnyARoleThatMaySkipDoes) {
  const auto catalog = catalog_of({table("orders").tenant()});
  EXPECT_EQ(plan_of(skipping(catalog)).triggers, TriggerMode::skip);
  EXPECT_EQ(plan_of(catalog).triggers, TriggerMode::fire);
}

TEST(Triggers, AUsersOwnTriggerFiresUnlessARuleSkipsIt) {
  const auto catalog = skipping(catalog_of({table("orders").tenant().trigger("notify_erp")}));
  const auto firing = plan_of(catalog);
  EXPECT_EQ(firing.triggers, TriggerMode::fire);
  EXPECT_THAT(notes_of(firing, Note::Kind::trigger_fires),
              ElementsAre("orders: the trigger notify_erp (function on_change) fires; what it changes is counted"));
  const auto skipped = plan_of(catalog, skip({"notify_erp"}));
  EXPECT_EQ(skipped.triggers, TriggerMode::skip);
  EXPECT_THAT(notes_of(skipped, Note::Kind::trigger_skipped),
              ElementsAre("orders: the trigger notify_erp (function on_change) is left out"));
}

TEST(Triggers, ARuleThatSaysFireIsTheDefaultSaidAloud) {
  const auto catalog = skipping(catalog_of({table("orders").tenant().trigger("notify_erp")}));
  EXPECT_EQ(plan_of(catalog, {.triggers = {{.table = "orders", .trigger = "notify_erp", .skip = false}}}).triggers,
            TriggerMode::fire);
}

TEST(Triggers, SomeSkippedAndSomeFiringAreRefused) {
  const auto catalog = skipping(catalog_of({table("orders").tenant().trigger("a").trigger("b")}));
  EXPECT_THAT(refusals_of(catalog, skip({"a"})),
              ElementsAre(AllOf(StartsWith("trigger :"), HasSubstr("which one transaction cannot do"))));
  EXPECT_THAT(refusals_of(catalog, skip({"a", "b"})), IsEmpty());
}

TEST(Triggers, SkippingNeedsARoleThatMay) {
  const auto catalog = catalog_of({table("orders").tenant().trigger("notify_erp")});
  EXPECT_THAT(refusals_of(catalog, skip({"notify_erp"})),
              ElementsAre(AllOf(StartsWith("trigger :"), HasSubstr("session_replication_role"))));
}

TEST(Triggers, ADisabledOneDoesNotCount) {
  const auto plan = plan_of(skipping(catalog_of({table("orders").tenant().trigger("off", Firing::disabled)})));
  EXPECT_EQ(plan.triggers, TriggerMode::skip);
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST(Triggers, OneForReplicasOnlyIsKeptFromFiring) {
  const auto catalog = skipping(catalog_of({table("orders").tenant().trigger("apply", Firing::replica)}));
  const auto plan = plan_of(catalog);
  EXPECT_EQ(plan.triggers, TriggerMode::fire);
  EXPECT_THAT(notes_of(plan, Note::Kind::trigger_skipped), ElementsAre(HasSubstr("apply")));
}

TEST(Triggers, OneForReplicasCannotBeCombinedWithOneThatIsSkipped) {
  const auto catalog =
      skipping(catalog_of({table("orders").tenant().trigger("apply", Firing::replica).trigger("notify")}));
  EXPECT_THAT(refusals_of(catalog, skip({"notify"})), ElementsAre(StartsWith("trigger :")));
}

TEST(Triggers, OneThatAlwaysFiresIsSaidToFire) {
  for (const auto& catalog : {catalog_of({table("orders").tenant().trigger("audit", Firing::always)}),
                              skipping(catalog_of({table("orders").tenant().trigger("audit", Firing::always)}))}) {
    const auto plan = plan_of(catalog);
    EXPECT_THAT(notes_of(plan, Note::Kind::trigger_fires), ElementsAre(HasSubstr("audit")));
    EXPECT_THAT(notes_of(plan, Note::Kind::trigger_skipped), IsEmpty());
  }
}

TEST(Triggers, OnlyThoseThatTheStepsSetOffCount) {
  const auto catalog = skipping(catalog_of({
      table("cities").id().trigger("on_city"),
      table("orders").id().tenant().update_trigger("on_order_update"),
  }));
  const auto plan = plan_of(catalog, {.tables = {{.table = "cities", .keep_reason = "shared"}}});
  EXPECT_EQ(plan.triggers, TriggerMode::skip);
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST(Triggers, ADetachedRowSetsOffUpdateTriggers) {
  const auto catalog = skipping(catalog_of({
      table("orders").id().tenant(),
      table("notes").tenant().optional_key({"order_id"}, "orders").update_trigger("on_note"),
  }));
  EXPECT_EQ(plan_of(catalog).triggers, TriggerMode::skip);
  const auto plan = plan_of(catalog, {.outside_rows = {{.table = "notes", .key = "order_id"}}});
  EXPECT_EQ(plan.triggers, TriggerMode::fire);
  EXPECT_THAT(notes_of(plan, Note::Kind::trigger_fires), ElementsAre(HasSubstr("on_note")));
}

TEST(Triggers, AChangedUserColumnSetsOffUpdateTriggers) {
  const auto catalog = skipping(catalog_of({table("logs").tenant().column("user_id").update_trigger("on_log")}));
  const estate::Database rules{
      .tables = {{.table = "logs", .user = estate::UserRule{"user_id", estate::UserAction::set_null}}}};
  EXPECT_THAT(notes_of(user_plan_of(catalog, rules), Note::Kind::trigger_fires), ElementsAre(HasSubstr("on_log")));
}

TEST(Triggers, WhenTheyFireRowsMustBeCounted) {
  auto catalog = catalog_of({table("orders").tenant()});
  catalog.server.counts_rows = false;
  EXPECT_THAT(refusals_of(catalog), ElementsAre(AllOf(StartsWith("uncounted_rows :"), HasSubstr("track_counts"))));
  EXPECT_THAT(refusals_of(skipping(catalog)), IsEmpty());
}

}  // namespace
}  // namespace tenure::plan
