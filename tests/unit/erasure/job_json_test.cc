#include "erasure/job_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tenure::erasure {
namespace {

using nlohmann::json;

const TenantId kTenant = TenantId::parse("a1b2c3d4-0000-4000-8000-000000000001");
const WallTime kStart = WallTime(std::chrono::seconds(1'772'366'400));

jobs::Job finished_job() {
  jobs::Job job{.id = JobId::parse("a1b2c3d4-0000-4000-8000-000000000002"), .subject = kTenant};
  job.tenant_name = "Forn Vell";
  job.initiated_by = UserId::parse("a1b2c3d4-0000-4000-8000-000000000003");
  job.state = jobs::JobState::failed;
  job.total_items_deleted = 5;
  job.started_at = kStart;
  job.completed_at = kStart + Milliseconds(2500);
  jobs::Step orders{.service = "orders", .state = jobs::StepState::done};
  orders.attempts = 1;
  orders.deleted_counts = {{"orders", 3}, {"order_items", 2}};
  orders.total = 5;
  orders.duration = Milliseconds(1250);
  jobs::Step pos{.service = "pos", .state = jobs::StepState::unknown};
  pos.attempts = 2;
  pos.errors = {"no answer"};
  job.steps = {orders, pos};
  return job;
}

// C2: the keys of the contract with these values, and beside them what was decided about the job and nothing else.
TEST(JobJson, IsTheResultOfTheContract) {
  json body = job_to_json(finished_job());
  for (const auto* key : {"created_at", "errors", "run_at", "priority", "on_failure", "needs_approval", "approvals",
                          "cancel_requested", "hold", "waits_until", "archive", "trace_id"}) {
    EXPECT_EQ(body.erase(key), 1U) << key;
  }
  EXPECT_EQ(body, json::parse(R"({
    "job_id": "a1b2c3d4-0000-4000-8000-000000000002", "status": "failed",
    "tenant_id": "a1b2c3d4-0000-4000-8000-000000000001", "tenant_name": "Forn Vell",
    "initiated_by": "a1b2c3d4-0000-4000-8000-000000000003", "total_items_deleted": 5,
    "services_completed": 1, "services_failed": 1,
    "service_results": {
      "orders": {"status": "done", "deleted_counts": {"orders": 3, "order_items": 2}, "total": 5, "errors": [],
                 "attempts": 1, "duration": 1.25},
      "pos": {"status": "unknown", "deleted_counts": {}, "total": 0, "errors": ["no answer"],
              "attempts": 2, "duration": 0.0}},
    "duration": 2.5, "started_at": "2026-03-01T12:00:00.000Z", "completed_at": "2026-03-01T12:00:02.500Z"})"));
}

// C2: what is not known yet is null.
TEST(JobJson, IsNullWhereNothingIsKnownYet) {
  const json body = job_to_json({.id = JobId::random(), .subject = kTenant});
  for (const auto* key : {"tenant_name", "initiated_by", "duration", "started_at", "completed_at"}) {
    EXPECT_TRUE(body.at(key).is_null()) << key;
  }
  EXPECT_EQ(body.at("service_results"), json::object());
}

// C9, C10: what was decided about it, and what it waits for.
TEST(JobJson, SaysWhatWasDecidedAboutTheJob) {
  jobs::Job job{.id = JobId::random(), .subject = kTenant};
  const auto approver = UserId::random();
  job.run_at = kStart;
  job.priority = 7;
  job.on_failure = jobs::OnFailure::roll_back;
  job.needs_approval = true;
  job.approvals = {{.approver = approver, .digest = "d1", .given_at = kStart}};
  job.cancel_requested = jobs::CancelRequest{kStart, "command"};
  job.held_since = kStart;
  job.archive_key = "v1.k1.abc";
  job.shred_after = kStart;
  job.error_log = {"orders: no"};
  const json body = job_to_json(job);
  const std::string start = "2026-03-01T12:00:00.000Z";
  EXPECT_EQ(body.at("run_at"), start);
  EXPECT_EQ(body.at("priority"), 7);
  EXPECT_EQ(body.at("on_failure"), "roll_back");
  EXPECT_EQ(
      body.at("approvals"),
      json::array({{{"approver", approver.str()}, {"digest", "d1"}, {"given_at", start}, {"lapsed_at", nullptr}}}));
  EXPECT_EQ(body.at("cancel_requested"), json({{"at", start}, {"by", "command"}}));
  EXPECT_EQ(body.at("hold"), json({{"since", start}}));
  EXPECT_EQ(body.at("archive"), json({{"retained_until", start}, {"destroyed_at", nullptr}}));
  EXPECT_EQ(body.at("errors"), json({"orders: no"}));
  // The key is wrapped, and still nobody's business.
  EXPECT_EQ(body.dump().find("v1.k1"), std::string::npos);
}

TEST(JobJson, HasNoArchiveWhereThereIsNone) {
  EXPECT_TRUE(job_to_json({.id = JobId::random(), .subject = kTenant}).at("archive").is_null());
}

// C4: a list of them with a cursor.
TEST(JobJson, PageEndsWithANullCursor) {
  EXPECT_EQ(job_page_to_json({}), json::parse(R"({"jobs": [], "next_cursor": null})"));
  EXPECT_EQ(job_page_to_json({.jobs = {}, .next = "abc"}).at("next_cursor"), "abc");
}

// C12: the totals, what each store holds, and what failed.
TEST(PreviewJson, AggregatesTheServices) {
  DeletionPreview preview{.tenant = kTenant, .tenant_name = "Forn Vell", .services = {}};
  store::Preview orders;
  orders.data_counts = {{"orders", 3}};
  orders.kept_counts = {{"templates", 2}};
  orders.kept_reasons = {{"templates", "shipped with the product"}};
  orders.outside_rows = {{"orders", "orders.customer_id", "customers", 1, ""}};
  preview.services = {{"orders", orders, {}}, {"pos", std::nullopt, {"timeout"}}};
  const json body = preview_to_json(preview);
  EXPECT_EQ(body.at("total_items"), 3);
  EXPECT_EQ(body.at("services_failed"), 1);
  EXPECT_EQ(body.at("services").at("orders").at("data_counts"), json({{"orders", 3}}));
  EXPECT_EQ(body.at("services").at("orders").at("kept").at("templates").at("rows"), 2);
  EXPECT_EQ(body.at("services").at("orders").at("outside_rows").size(), 1U);
  EXPECT_EQ(body.at("services").at("pos").at("errors"), json({"timeout"}));
  EXPECT_FALSE(preview.is_complete());
  EXPECT_TRUE(preview.has_unsettled_rows());
}

// B7: what happened to each tenant is in the result.
TEST(JobJson, SaysWhatBecameOfAUsersTenants) {
  const auto user = UserId::random();
  const auto tenant = TenantId::random();
  const auto heir = UserId::random();
  const auto deletion = JobId::random();
  const json body =
      job_to_json({.id = JobId::random(),
                   .subject = user,
                   .owned_tenants = {{.tenant = tenant, .new_owner = heir, .state = jobs::StepState::done},
                                     {.tenant = tenant,
                                      .deletion_job = deletion,
                                      .state = jobs::StepState::failed,
                                      .errors = {"its deletion failed"}}}});
  EXPECT_TRUE(body.at("tenant_id").is_null());
  EXPECT_EQ(body.at("user_id"), user.str());
  EXPECT_EQ(body.at("owned_tenants"), json::array({{{"tenant_id", tenant.str()},
                                                    {"outcome", "transferred"},
                                                    {"new_owner_id", heir.str()},
                                                    {"deletion_job_id", nullptr},
                                                    {"status", "done"},
                                                    {"errors", json::array()}},
                                                   {{"tenant_id", tenant.str()},
                                                    {"outcome", "deleted"},
                                                    {"new_owner_id", nullptr},
                                                    {"deletion_job_id", deletion.str()},
                                                    {"status", "failed"},
                                                    {"errors", {"its deletion failed"}}}}));
}

TEST(JobJson, PreviewOfAUserNamesHeirs) {
  const auto user = UserId::random();
  const auto heir = UserId::random();
  UserDeletionPreview preview{.user = user, .memberships = 2};
  preview.owned_tenants.push_back({.tenant = kTenant, .tenant_name = "Forn Vell", .new_owner = heir});
  preview.services.push_back({.service = "orders", .preview = store::Preview{}, .errors = {}});
  preview.services.back().preview->data_counts = {{"notes", 2}};
  preview.services.back().preview->changed_counts = {{"orders", 3}};
  preview.services.push_back({.service = "pos", .preview = {}, .errors = {"timeout"}});
  const json body = user_preview_to_json(preview);
  EXPECT_EQ(body.at("owned_tenants").at(0).at("outcome"), "transfer");
  EXPECT_EQ(body.at("owned_tenants").at(0).at("new_owner_id"), heir.str());
  EXPECT_EQ(body.at("memberships"), 2);
  EXPECT_EQ(body.at("total_items"), 5);
  EXPECT_EQ(body.at("services_failed"), 1);
  EXPECT_EQ(body.at("services").at("pos").at("user_id"), user.str());
}

}  // namespace
}  // namespace tenure::erasure
