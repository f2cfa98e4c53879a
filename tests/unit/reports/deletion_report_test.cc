#include "reports/deletion_report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/error_of.h"
#include "tests/unit/reports/sample_job.h"

// E5: what a report says, of what became of a job.
namespace tenure::reports {
namespace {

using jobs::JobState;
using nlohmann::json;
using test::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

const Issuer kIssuer{.estate = "bakery", .version = "1.2.3"};

json report_of(const jobs::Job& job) { return deletion_report(job, completed_history(), kIssuer); }

TEST(DeletionReport, IsACertificateWhenEveryServiceHasCountedZero) {
  const auto report = report_of(completed_job());
  EXPECT_EQ(report["document"], "certificate");
  EXPECT_EQ(report["totals"], (json{{"deleted", 35784}, {"changed", 0}, {"kept", 3}, {"left", 0}}));
  EXPECT_EQ(report["services"][0]["tables"][0],
            (json{{"table", "audit_logs"}, {"deleted", 0}, {"changed", 0}, {"left", 0}}));
  EXPECT_EQ(report["services"][1]["kept"][1], (json{{"table", "notification_templates"},
                                                    {"rows", 3},
                                                    {"reason", "shipped with the product (is_system = true)"}}));
  EXPECT_TRUE(report["services"][1]["kept"][0]["rows"].is_null()) << "of no tenant alone";
  EXPECT_EQ(report["requested"]["by"], "user/" + kUser.str());
  EXPECT_EQ(report["ended_at"], "2026-03-01T12:00:05.000Z");
  EXPECT_EQ(report["duration_ms"], 4000);
  EXPECT_EQ(report["issued_by"], "tenure 1.2.3");
}

TEST(DeletionReport, IsNoCertificateWithoutTheCountOfEachService) {
  auto job = completed_job();
  job.steps[1].verification.reset();
  EXPECT_EQ(report_of(job)["document"], "report");
  EXPECT_TRUE(report_of(job)["totals"]["left"].is_null());
  EXPECT_TRUE(report_of(job)["services"][1]["tables"][0]["left"].is_null());

  job = completed_job();
  job.steps[0].verification->rows_left = {{"orders", 1}};
  EXPECT_EQ(report_of(job)["document"], "report");
  EXPECT_EQ(report_of(job)["totals"]["left"], 1);

  job = completed_job();
  job.steps.clear();
  EXPECT_EQ(report_of(job)["document"], "report");
}

TEST(DeletionReport, IsNoCertificateUnlessTheJobCompleted) {
  auto job = completed_job();
  for (const auto state :
       {JobState::failed, JobState::rolled_back, JobState::compensation_failed, JobState::cancelled}) {
    job.state = state;
    EXPECT_EQ(report_of(job)["document"], "report");
    EXPECT_EQ(report_of(job)["status"], jobs::to_string(state));
  }
}

TEST(DeletionReport, IsThereOnceTheJobHasEnded) {
  auto job = completed_job();
  job.completed_at.reset();
  for (const auto state : {JobState::scheduled, JobState::awaiting_approval, JobState::pending, JobState::running,
                           JobState::verifying, JobState::compensating, JobState::held}) {
    job.state = state;
    const auto error = error_of([&] { report_of(job); });
    EXPECT_EQ(error.code(), ErrorCode::conflict);
    EXPECT_THAT(error.what(), HasSubstr(jobs::to_string(state)));
  }
}

TEST(DeletionReport, NamesNobody) { EXPECT_THAT(report_of(completed_job()).dump(), Not(HasSubstr("onerror"))); }

TEST(DeletionReport, PointOfNoReturnIsWhenTheArchivesKeyGoes) {
  auto job = completed_job();
  const auto point = [&] { return report_of(job)["point_of_no_return"]; };
  EXPECT_EQ(point(), (json{{"at", "2026-03-31T12:00:05.000Z"}, {"is_passed", false}}));
  EXPECT_EQ(report_of(job)["archive"],
            (json{{"kept_until", "2026-03-31T12:00:05.000Z"}, {"key_destroyed_at", nullptr}}));
  EXPECT_EQ(report_of(job)["as_of"], "2026-03-01T12:00:05.000Z");

  job.archive_key.reset();
  job.archive_shredded_at = at(60);
  EXPECT_EQ(point(), (json{{"at", "2026-03-01T12:01:00.000Z"}, {"is_passed", true}}));
  EXPECT_EQ(report_of(job)["as_of"], "2026-03-01T12:01:00.000Z") << "the record has changed";

  job.archive_shredded_at.reset();
  EXPECT_EQ(point(), (json{{"at", "2026-03-01T12:00:01.000Z"}, {"is_passed", true}})) << "there was no archive";
  EXPECT_TRUE(report_of(job)["archive"].is_null());

  job.state = JobState::rolled_back;
  EXPECT_TRUE(point().is_null());
}

TEST(DeletionReport, TellsHoldsAndApprovals) {
  auto job = completed_job();
  job.needs_approval = true;
  job.approvals = {{.approver = kUser, .digest = "abc", .given_at = at(0), .lapsed_at = at(1)},
                   {.approver = kUser, .digest = "def", .given_at = at(2)}};
  auto history = completed_history();
  history.insert(history.begin() + 1, history[0]);
  history[1].from = JobState::pending;
  history[1].to = JobState::held;
  history[2].from = JobState::held;
  const auto report = deletion_report(job, history, kIssuer);
  EXPECT_EQ(report["holds"],
            (json::array({{{"since", "2026-03-01T12:00:01.000Z"}, {"until", "2026-03-01T12:00:02.000Z"}}})));
  EXPECT_EQ(report["approvals"]["is_needed"], true);
  EXPECT_EQ(report["approvals"]["given"][0]["lapsed_at"], "2026-03-01T12:00:01.000Z");
  EXPECT_EQ(report["approvals"]["given"][1]["digest"], "def");
}

TEST(DeletionReport, OfAUserTellsWhatBecameOfTheirTenants) {
  auto job = completed_job();
  job.subject = kUser;
  job.owned_tenants = {{.tenant = kTenant, .deletion_job = kJob, .state = jobs::StepState::done}};
  const auto report = report_of(job);
  EXPECT_EQ(report["subject"], (json{{"kind", "user"}, {"id", kUser.str()}}));
  EXPECT_EQ(report["owned_tenants"][0]["outcome"], "deleted");
  EXPECT_EQ(report["owned_tenants"][0]["deletion_job_id"], kJob.str());
}

}  // namespace
}  // namespace tenure::reports
