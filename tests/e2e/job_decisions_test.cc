#include <gmock/gmock.h>

#include "tests/e2e/archived_shop.h"

// C9, C10: deletions that are scheduled, held, cancelled and approved, by command and over HTTP.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kLater = "2100-01-01T00:00:00Z";
constexpr const char* kPast = "2020-01-01T00:00:00Z";

std::string job_path(const std::string& job, const std::string& part) {
  return "/api/v1/auth/deletion-jobs/" + job + "/" + part;
}

class JobDecisions : public ArchivedShop {
 protected:
  std::string schedule(const TenantId& tenant, const std::string& name) {
    return run_json({"erase", tenant.str(), "--confirm", name, "--at", kLater}).at("job_id");
  }
  /// Whether the tenant's people are still let in.
  bool is_open(const TenantId& tenant, const UserId& owner) {
    return people().as(owner, "GET", tenant_path(tenant)).status == 200;
  }

  const UserId ana_ = people().person("ana");
  const TenantId tenant_ = tenant_with_data(ana_, "Forn Vell");
};

TEST_F(JobDecisions, ScheduledDeletionLeavesTheTenantAloneUntilItsTime) {
  const auto job = schedule(tenant_, "Forn Vell");
  EXPECT_THAT(run({"job", "show", job}).output, AllOf(HasSubstr("scheduled"), HasSubstr("begins    2100-01-01")));
  EXPECT_TRUE(is_open(tenant_, ana_));
  EXPECT_EQ(run_json({"job", "list", "--status", "scheduled"}).at("jobs").at(0).at("job_id"), job);
  EXPECT_TRUE(run_json({"job", "list", "--status", "completed", "--of", "tenant"}).at("jobs").empty());
  EXPECT_EQ(run({"job", "reschedule", job, "--at", kPast}).status, 0);
  wait_for_status(job, "completed");
  EXPECT_EQ(data_of(tenant_), 0);
  EXPECT_THAT(run({"job", "history", job}).output, AllOf(HasSubstr("due"), HasSubstr("service/operator")));
}

TEST_F(JobDecisions, OwnerSchedulesAndCancelsTheDeletionOfTheirTenant) {
  const auto ordered =
      people().as(ana_, "DELETE", tenant_path(tenant_), {{"confirm", "Forn Vell"}, {"run_at", kLater}});
  ASSERT_EQ(ordered.status, 202) << ordered;
  const std::string job = ordered.body.at("job_id");
  const auto stranger = people().person("stranger");
  EXPECT_EQ(people().as(stranger, "POST", job_path(job, "cancel")).status, 404);
  const auto cancelled = people().as(ana_, "POST", job_path(job, "cancel"));
  EXPECT_EQ(cancelled.status, 200) << cancelled;
  EXPECT_EQ(cancelled.body.at("status"), "cancelled");
  EXPECT_TRUE(is_open(tenant_, ana_));
  EXPECT_EQ(data_of(tenant_), 2);
}

// The fence goes up when a job is made that can begin at once; cancelling takes it down.
TEST_F(JobDecisions, CancelledTenantLivesOn) {
  auto locked = databases_.connect(shop_.database("orders"));
  locked.run_script(sql_of_test("BEGIN; LOCK TABLE orders IN SHARE MODE"));
  const auto before = digest_of(tenant_);
  const auto ordered = people().as_service("DELETE", tenant_path(tenant_), nullptr, {"Prefer: respond-async"});
  ASSERT_EQ(ordered.status, 202) << ordered;
  const std::string job = ordered.body.at("job_id");
  databases_.wait_until(control_, "(SELECT count(*) FROM tenure.deletion_steps WHERE state = 'done') >= 1");
  EXPECT_FALSE(is_open(tenant_, ana_));
  const auto finished = run({"job", "cancel", job});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  locked.run_script(sql_of_test("ROLLBACK"));
  wait_for_status(job, "rolled_back");
  EXPECT_EQ(digest_of(tenant_), before);
  EXPECT_TRUE(is_open(tenant_, ana_));
}

TEST_F(JobDecisions, HoldStopsAScheduledDeletionUntilItIsReleased) {
  const auto job = schedule(tenant_, "Forn Vell");
  const auto placed = run({"hold", "add", tenant_.str(), "--reason", "dispute 12"});
  EXPECT_EQ(placed.status, 0) << placed.errors;
  EXPECT_EQ(run({"job", "reschedule", job, "--at", kPast}).status, 0);
  // A worker that had something to do has looked for what is due.
  const auto other = tenant_with_data(ana_, "Next Door");
  ASSERT_EQ(people().as_service("DELETE", tenant_path(other)).status, 200);
  const auto shown = run_json({"job", "show", job});
  EXPECT_EQ(shown.at("status"), "scheduled");
  EXPECT_TRUE(shown.at("hold").is_object());
  EXPECT_EQ(shown.dump().find("dispute"), std::string::npos) << "the reason is for operators";
  EXPECT_EQ(data_of(tenant_), 2);
  EXPECT_THAT(run({"hold", "list"}).output, AllOf(HasSubstr("dispute 12"), HasSubstr(tenant_.str())));

  EXPECT_EQ(run({"hold", "release", tenant_.str()}).status, 0);
  wait_for_status(job, "completed");
  EXPECT_EQ(data_of(tenant_), 0);
  EXPECT_EQ(run({"hold", "list"}).output, "no holds\n");
  EXPECT_THAT(run({"hold", "list", "--all"}).output, HasSubstr("dispute 12"));
}

TEST_F(JobDecisions, HeldTenantIsNotDeleted) {
  ASSERT_EQ(run({"hold", "add", tenant_.str(), "--reason", "dispute"}).status, 0);
  const auto refused = run({"erase", tenant_.str(), "--confirm", "Forn Vell"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("legal hold"));
  EXPECT_EQ(people().as(ana_, "DELETE", tenant_path(tenant_), {{"confirm", "Forn Vell"}}).status, 409);
  EXPECT_EQ(data_of(tenant_), 2);
  EXPECT_TRUE(is_open(tenant_, ana_)) << "nobody is shut out by an order that was refused";
}

// Bad input: the field is named, and nothing changes.
TEST_F(JobDecisions, FaultyCommandsSayWhatIsWrong) {
  const auto job = schedule(tenant_, "Forn Vell");
  const std::pair<std::vector<std::string>, const char*> faulty[] = {
      {{"job", "cancel", "x"}, "job_id"},
      {{"job", "cancel", JobId::random().str()}, "job_id"},
      {{"job", "retry", job}, "nothing to retry"},
      {{"job", "restore", job}, "only a completed deletion"},
      {{"job", "approve", job, "--digest", "d", "--by", UserId::random().str()}, "needs no approval"},
      {{"job", "approve", job, "--digest", "d"}, "approver"},
      {{"job", "reschedule", job}, "run_at"},
      {{"job", "reschedule", job, "--at", "tomorrow"}, "run_at"},
      {{"job", "reschedule", job, "--priority", "101"}, "priority"},
      {{"job", "list", "--status", "odd"}, "status"},
      {{"job", "list", "--of", "cats"}, "kind"},
      {{"hold", "add", tenant_.str(), "--reason", " "}, "reason"},
      {{"hold", "add", "x", "--reason", "y"}, "tenant_id"},
      {{"hold", "release", tenant_.str()}, "no legal hold"},
  };
  for (const auto& [words, part] : faulty) {
    const auto finished = run(words);
    EXPECT_NE(finished.status, 0) << words[1];
    EXPECT_THAT(finished.errors, HasSubstr(part)) << words[1];
    EXPECT_EQ(finished.output, "") << words[1];
  }
  EXPECT_EQ(run_json({"job", "show", job}).at("status"), "scheduled");
}

class FourEyes : public ArchivedShop {
 protected:
  FourEyes() : ArchivedShop(", approval: true") {}

  const UserId ana_ = platform_admin("ana");
  const UserId ben_ = platform_admin("ben");
  const TenantId tenant_ = tenant_with_data(ana_, "Forn Vell");
};

TEST_F(FourEyes, DeletionWaitsForASecondPerson) {
  const auto ordered = people().as(ana_, "DELETE", tenant_path(tenant_), {{"confirm", "Forn Vell"}});
  ASSERT_EQ(ordered.status, 202) << ordered;
  const std::string job = ordered.body.at("job_id");
  EXPECT_EQ(run_json({"job", "show", job}).at("status"), "awaiting_approval");
  const auto preview = people().as(ben_, "GET", "/api/v1/deletion-preview/" + tenant_.str());
  const json consent = {{"digest", preview.body.at("digest")}};
  EXPECT_EQ(people().as(ana_, "POST", job_path(job, "approve"), consent).status, 403) << "whoever asked for it";
  EXPECT_EQ(data_of(tenant_), 2);
  const auto approved = people().as(ben_, "POST", job_path(job, "approve"), consent);
  ASSERT_EQ(approved.status, 200) << approved;
  wait_for_status(job, "completed");
  EXPECT_EQ(data_of(tenant_), 0);
}

TEST_F(FourEyes, WhatHasChangedSinceThePreviewIsNotApproved) {
  const auto ordered = people().as(ana_, "DELETE", tenant_path(tenant_), {{"confirm", "Forn Vell"}});
  const std::string job = ordered.body.at("job_id");
  const auto preview = people().as(ben_, "GET", "/api/v1/deletion-preview/" + tenant_.str());
  databases_.run(shop_.database("crm"), shop_rows("crm", tenant_, "Forn Vell"));
  const auto refused = people().as(ben_, "POST", job_path(job, "approve"), {{"digest", preview.body.at("digest")}});
  EXPECT_EQ(refused.status, 409) << refused;
  EXPECT_THAT(refused.detail(), HasSubstr("digest"));
  EXPECT_EQ(run_json({"job", "show", job}).at("status"), "awaiting_approval");
}

TEST_F(FourEyes, CommandShowsWhatIsApprovedAndWantsTheName) {
  const auto ordered = people().as(ana_, "DELETE", tenant_path(tenant_), {{"confirm", "Forn Vell"}});
  const std::string job = ordered.body.at("job_id");
  EXPECT_NE(run({"job", "approve", job, "--confirm", "Forn Nou"}, ben_).status, 0);
  EXPECT_EQ(data_of(tenant_), 2);
  const auto approved = run({"job", "approve", job, "--confirm", "Forn Vell"}, ben_);
  EXPECT_EQ(approved.status, 0) << approved.errors;
  EXPECT_THAT(approved.output, HasSubstr("by " + ben_.str()));
  wait_for_status(job, "completed");
}

/// A shop that keeps what a deletion has done where a service fails for good.
class KeptPart : public ArchivedShop {
 protected:
  KeptPart() : ArchivedShop(", on_failure: retry") {}

  std::string failed_job(const TenantId& tenant) {
    databases_.run(shop_.database("crm"), "CREATE TABLE of_nobody (id integer PRIMARY KEY)");
    const auto job = json::parse(run({"erase", tenant.str(), "--confirm", "Forn Vell", "--json"}).output);
    EXPECT_EQ(job.at("status"), "failed") << job;
    return job.at("job_id");
  }

  const UserId ana_ = people().person("ana");
  const TenantId tenant_ = tenant_with_data(ana_, "Forn Vell");
};

TEST_F(KeptPart, GoesOnWithWhatFailedOnceThatIsMended) {
  const auto job = failed_job(tenant_);
  EXPECT_EQ(shop_.count("orders", "orders", tenant_), 0);
  EXPECT_EQ(shop_.count("crm", "contacts", tenant_), 1);
  EXPECT_EQ(run({"job", "retry", job, "--wait"}).status, 1) << "nothing is mended";
  EXPECT_EQ(run_json({"job", "show", job}).at("status"), "failed");
  databases_.run(shop_.database("crm"), "DROP TABLE of_nobody");
  const auto retried = run_json({"job", "retry", job, "--wait"});
  EXPECT_EQ(retried.at("status"), "completed") << retried;
  EXPECT_EQ(data_of(tenant_), 0);
  EXPECT_EQ(retried.at("service_results").at("crm").at("deleted_counts").at("contacts"), 1) << retried;
}

}  // namespace
}  // namespace tenure::e2e
