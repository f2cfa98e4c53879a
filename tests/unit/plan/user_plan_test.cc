#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/plan/catalog_builder.h"
#include "tests/unit/plan/planning.h"

namespace tenure::plan {
namespace {

using catalog::OnDelete;
using catalog::TypeClass;
using estate::OutsideAction;
using estate::TableRule;
using estate::UserAction;
using test::catalog_of;
using test::guard_of;
using test::owner_of;
using test::steps_of;
using test::table;
using test::user_plan_of;
using test::user_refusals_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

TableRule user(const std::string& table, const std::string& column, UserAction action) {
  return {.table = table, .user = estate::UserRule{column, action}};
}

const auto kJobs = table("jobs").id().tenant().column("user_id");

// A8: rows of one user.

TEST(UserPlan, WithoutARuleNothingIsAUsers) {
  const auto plan = user_plan_of(catalog_of({kJobs}), {});
  EXPECT_EQ(plan.subject, SubjectKind::user);
  EXPECT_THAT(plan.steps, IsEmpty());
}

TEST(UserPlan, DeleteIsByTheUsersColumn) {
  const auto plan = user_plan_of(catalog_of({kJobs}), {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_EQ(owner_of(plan, "jobs"), "user_id");
  EXPECT_THAT(steps_of(plan), ElementsAre("delete jobs"));
}

TEST(UserPlan, WhatBelongsThroughADeletedRowGoesWithIt) {
  const auto catalog = catalog_of({kJobs, table("logs").id().key({"job_id"}, "jobs"),
                                   table("lines").key({"log_id"}, "logs"), table("others").tenant()});
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_EQ(owner_of(plan, "logs"), "job_id > jobs");
  EXPECT_THAT(steps_of(plan), ElementsAre("delete lines", "delete logs", "delete jobs"));
}

TEST(UserPlan, WhatTheDatabaseCascadesToGoesWithItEvenWhenItHasATenantColumn) {
  const auto catalog = catalog_of({
      kJobs,
      table("cascading").tenant().key({"job_id"}, "jobs").on_delete(OnDelete::cascade),
      table("staying").tenant().key({"job_id"}, "jobs"),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_EQ(owner_of(plan, "cascading"), "job_id > jobs");
  EXPECT_EQ(owner_of(plan, "staying"), "");
  EXPECT_TRUE(guard_of(plan, "staying.job_id").can_have_outside_rows);
}

TEST(UserPlan, ATableWithARuleOfItsOwnIsNotDescendedInto) {
  const auto catalog = catalog_of({
      kJobs,
      table("notes").tenant().column("author").key({"job_id"}, "jobs").on_delete(OnDelete::cascade),
      table("receipts").tenant().key({"job_id"}, "jobs").on_delete(OnDelete::cascade),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows),
                                                      user("notes", "author", UserAction::set_null),
                                                      {.table = "receipts", .keep_reason = "law"}}});
  EXPECT_THAT(steps_of(plan), ElementsAre("set_null notes.author", "delete jobs"));
  EXPECT_THAT(plan.guards, SizeIs(2));
}

TEST(UserPlan, TablesThatCascadeToEachOtherEndTheDescent) {
  const auto catalog = catalog_of({
      kJobs,
      table("a")
          .id()
          .tenant()
          .key({"job_id"}, "jobs")
          .on_delete(OnDelete::cascade)
          .optional_key({"b_id"}, "b")
          .on_delete(OnDelete::cascade),
      table("b").id().tenant().key({"a_id"}, "a").on_delete(OnDelete::cascade),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_EQ(owner_of(plan, "a"), "job_id > jobs");
  EXPECT_EQ(owner_of(plan, "b"), "a_id > a");
  EXPECT_THAT(steps_of(plan), ElementsAre("delete a + b", "delete jobs"));
}

TEST(UserPlan, SetNullChangesTheColumn) {
  const auto plan = user_plan_of(catalog_of({kJobs}), {.tables = {user("jobs", "user_id", UserAction::set_null)}});
  EXPECT_THAT(steps_of(plan), ElementsAre("set_null jobs.user_id"));
  EXPECT_THAT(plan.tables, IsEmpty());
}

TEST(UserPlan, SetNullOfANotNullColumnIsRefused) {
  const auto catalog = catalog_of({table("jobs").tenant().required("user_id")});
  EXPECT_THAT(user_refusals_of(catalog, {.tables = {user("jobs", "user_id", UserAction::set_null)}}),
              ElementsAre("subject_column_type jobs: jobs: user_id is NOT NULL, so `set_null` cannot be; use `delete` "
                          "or `pseudonym`"));
}

TEST(UserPlan, APseudonymDiffersByTheTenantOfTheRow) {
  const auto catalog =
      catalog_of({kJobs, table("logs").key({"job_id"}, "jobs").required("author", "text").partitioned()});
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::pseudonym),
                                                      user("logs", "author", UserAction::pseudonym)}});
  ASSERT_THAT(steps_of(plan), ElementsAre("pseudonym jobs.user_id", "pseudonym logs.author"));
  const auto& jobs = std::get<ChangeStep>(plan.steps[0]);
  EXPECT_EQ(jobs.tenant_column, "tenant_id");
  EXPECT_EQ(jobs.type, TypeClass::uuid);
  EXPECT_FALSE(jobs.is_partitioned);
  const auto& logs = std::get<ChangeStep>(plan.steps[1]);
  EXPECT_EQ(logs.tenant_column, "");
  EXPECT_EQ(logs.type, TypeClass::text);
  EXPECT_TRUE(logs.is_partitioned);
}

TEST(UserPlan, AUsersColumnThatCannotHoldAUuidIsRefused) {
  const auto catalog = catalog_of({table("jobs").tenant().column("user_id", "integer")});
  EXPECT_THAT(user_refusals_of(catalog, {.tables = {user("jobs", "user_id", UserAction::set_null)}}),
              ElementsAre(StartsWith("subject_column_type jobs: jobs: user_id is of type integer")));
  EXPECT_THAT(user_refusals_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}}),
              ElementsAre(StartsWith("subject_column_type jobs:")));
}

TEST(UserPlan, AnUnknownColumnIsRefused) {
  EXPECT_THAT(user_refusals_of(catalog_of({kJobs}), {.tables = {user("jobs", "author", UserAction::set_null)}}),
              ElementsAre(StartsWith("unknown_column jobs:")));
}

// Within a tenant the database's own answer is taken as meant.

TEST(UserPlan, SetNullKeysOfOtherUsersRowsAreFollowed) {
  const auto catalog = catalog_of({
      kJobs,
      table("runs").tenant().optional_key({"job_id"}, "jobs").on_delete(OnDelete::set_null),
      table("tries")
          .tenant()
          .required("job_id")
          .with_default()
          .key({"job_id"}, "jobs")
          .on_delete(OnDelete::set_default),
      table("votes").tenant().optional_key({"job_id"}, "jobs").on_delete(OnDelete::restrict),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_THAT(steps_of(plan), ElementsAre("detach runs.job_id", "detach tries.job_id", "delete jobs"));
  EXPECT_EQ(guard_of(plan, "runs.job_id").rule, OutsideAction::set_null);
  EXPECT_EQ(guard_of(plan, "tries.job_id").rule, OutsideAction::set_default);
  EXPECT_FALSE(guard_of(plan, "votes.job_id").rule.has_value());
}

TEST(UserPlan, ARuleWinsOverTheDatabasesAnswer) {
  const auto catalog =
      catalog_of({kJobs, table("runs").tenant().optional_key({"job_id"}, "jobs").on_delete(OnDelete::set_null)});
  const auto plan = user_plan_of(
      catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)},
                .outside_rows = {{.table = "runs", .key = "job_id", .action = OutsideAction::set_default}}});
  EXPECT_EQ(guard_of(plan, "runs.job_id").rule, OutsideAction::set_default);
}

TEST(UserPlan, ASetNullThatTheDatabaseCouldNotDoIsRefused) {
  const auto catalog =
      catalog_of({kJobs, table("runs").tenant().key({"job_id"}, "jobs").on_delete(OnDelete::set_null)});
  EXPECT_THAT(user_refusals_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}}),
              ElementsAre(StartsWith("outside_rule runs:")));
}

TEST(UserPlan, ADetachedRowOfAnotherUserKeepsItsTenant) {
  const auto catalog = catalog_of({
      table("threads").tenant().required("number", "integer").column("user_id"),
      table("posts")
          .tenant()
          .column("user_id")
          .optional_key({"tenant_id", "thread"}, "threads", {"tenant_id", "number"})
          .on_delete(OnDelete::set_null),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("threads", "user_id", UserAction::delete_rows),
                                                      user("posts", "user_id", UserAction::delete_rows)}});
  EXPECT_THAT(guard_of(plan, "posts.tenant_id, thread").detached_columns, ElementsAre("thread"));
}

TEST(UserPlan, ADetachedRowKeepsItsTenant) {
  const auto catalog = catalog_of({
      table("jobs").tenant().required("number", "integer").column("user_id"),
      table("runs")
          .tenant()
          .optional_key({"tenant_id", "number"}, "jobs", {"tenant_id", "number"})
          .on_delete(OnDelete::set_null),
  });
  const auto plan = user_plan_of(catalog, {.tables = {user("jobs", "user_id", UserAction::delete_rows)}});
  EXPECT_THAT(guard_of(plan, "runs.tenant_id, number").detached_columns, ElementsAre("number"));
}

}  // namespace
}  // namespace tenure::plan
