#include "cli/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/job_text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kTenant = "11111111-1111-4111-8111-111111111111";
constexpr const char* kJob = "22222222-2222-4222-8222-222222222222";

// C12: the preview with what is held and what is kept.

json preview_of(const json& services, std::int64_t total = 0) {
  return {{"tenant_id", kTenant}, {"tenant_name", "Forn Vell"}, {"total_items", total}, {"services", services}};
}

TEST(PreviewText, NamesTheTenantTheServicesAndTheirTables) {
  const auto text = preview_text(preview_of(
      {{"orders", {{"total_items", 1234}, {"data_counts", {{"orders", 1230}, {"customers", 4}, {"audit_logs", 0}}}}}},
      1234));
  EXPECT_THAT(text, StartsWith("Tenant 11111111-1111-4111-8111-111111111111 \"Forn Vell\"\n"));
  EXPECT_THAT(text, ContainsRegex("\n  orders +1,234\n"));
  EXPECT_THAT(text, ContainsRegex("\n    orders +1,230\n"));
  EXPECT_THAT(text, ContainsRegex("\n    customers +4\n"));
  EXPECT_THAT(text, Not(HasSubstr("audit_logs")));
  EXPECT_THAT(text, ContainsRegex("\n  rows .*deleted +1,234\n$"));
}

TEST(PreviewText, ATenantWithoutANameAndServicesIsShown) {
  const auto text = preview_text({{"tenant_id", kTenant}, {"tenant_name", nullptr}, {"services", json::object()}});
  EXPECT_THAT(text, StartsWith("Tenant 11111111-1111-4111-8111-111111111111\n"));
  EXPECT_THAT(text, ContainsRegex("deleted +0\n$"));
}

TEST(PreviewText, KeptRowsAndTablesHaveTheirReason) {
  const auto text =
      preview_text(preview_of({{"notification",
                                {{"total_items", 0},
                                 {"kept",
                                  {{"templates", {{"rows", 1200}, {"reason", "shipped with the product"}}},
                                   {"cities", {{"rows", nullptr}, {"reason", "shared by all"}}}}}}}}));
  EXPECT_THAT(text, ContainsRegex("    templates +1,200  kept: shipped with the product\n"));
  EXPECT_THAT(text, ContainsRegex("    cities +all  kept: shared by all\n"));
}

TEST(PreviewText, RowsOfOthersSayWhatBecomesOfThem) {
  const auto text = preview_text(
      preview_of({{"orders",
                   {{"total_items", 9},
                    {"outside_rows",
                     {{{"key", "items.promotion_id"}, {"parent", "promotions"}, {"rows", 3000}, {"rule", "set_null"}},
                      {{"key", "notes.order_id"}, {"parent", "orders"}, {"rows", 2}, {"rule", nullptr}}}}}}}));
  EXPECT_THAT(text, ContainsRegex("    items.promotion_id +3,000  rows of others under promotions: set_null\n"));
  EXPECT_THAT(text, ContainsRegex("    notes.order_id +2  rows of others under orders: an erasure is refused until "
                                  "outside_rows settles it\n"));
}

TEST(PreviewText, AServiceThatFailedShowsAllItsErrors) {
  const auto text = preview_text(preview_of(
      {{"crm", {{"errors", {"refused: 2 things need a rule", "a: x", "b: y"}}}}, {"orders", {{"total_items", 5}}}}));
  EXPECT_THAT(text, ContainsRegex("  crm +failed  refused: 2 things need a rule\n    a: x\n    b: y\n"));
  EXPECT_THAT(text, ContainsRegex("  orders +5\n"));
}

TEST(PreviewText, LongNamesPushTheNumberAndAreNotCut) {
  const std::string name(60, 'x');
  const auto text = preview_text(preview_of({{name, {{"total_items", 7}, {"data_counts", {{name + "y", 7}}}}}}));
  EXPECT_THAT(text, ContainsRegex("  x{60} +7\n    x{60}y +7\n"));
}

// C2: the job's result.

json job_of(const json& services) {
  return {{"job_id", kJob},
          {"status", "failed"},
          {"tenant_id", kTenant},
          {"tenant_name", "Forn Vell"},
          {"started_at", "2026-03-01T12:00:00.000Z"},
          {"completed_at", nullptr},
          {"duration", nullptr},
          {"total_items_deleted", 25000},
          {"services_completed", 1},
          {"services_failed", 2},
          {"service_results", services}};
}

TEST(JobText, TellsWhatHappenedInEachService) {
  const auto text = job_text(job_of(
      {{"orders", {{"status", "done"}, {"total", 25000}, {"duration", 1.5}, {"errors", json::array()}}},
       {"crm", {{"status", "failed"}, {"total", 0}, {"duration", nullptr}, {"errors", {"unavailable", "again"}}}}}));
  EXPECT_THAT(text, StartsWith("Job 22222222-2222-4222-8222-222222222222  failed\n"));
  EXPECT_THAT(text, HasSubstr("  tenant    11111111-1111-4111-8111-111111111111 \"Forn Vell\"\n"));
  EXPECT_THAT(text, HasSubstr("  started   2026-03-01T12:00:00.000Z\n  completed -\n"));
  EXPECT_THAT(text, ContainsRegex("  orders +done +25,000 rows +1.500 s\n"));
  EXPECT_THAT(text, ContainsRegex("  crm +failed +0 rows +0.000 s\n    unavailable\n    again\n"));
  EXPECT_THAT(text, HasSubstr("  25,000 rows deleted, 1 services completed, 2 failed, 0.000 s\n"));
}

TEST(JobText, AJobThatHasNotStartedIsShown) {
  const auto text =
      job_text({{"job_id", kJob}, {"status", "pending"}, {"tenant_id", kTenant}, {"tenant_name", nullptr}});
  EXPECT_THAT(text, AllOf(HasSubstr("  pending\n"), HasSubstr("started   -"), HasSubstr("0 rows deleted")));
}

TEST(JobListText, IsALineForEachJobUnderAHeading) {
  const auto text = job_list_text({{"jobs", {job_of(json::object()), job_of(json::object())}}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, StartsWith("job "));
  EXPECT_THAT(text,
              ContainsRegex("22222222-[-0-9]+  failed +tenant +11111111-[-0-9]+ +25,000  2026-03-01T12:00:00.000Z\n$"));
}

TEST(JobListText, SaysWhenThereAreNone) {
  EXPECT_EQ(job_list_text({{"jobs", json::array()}}), "no jobs\n");
  EXPECT_EQ(job_list_text(json::object()), "no jobs\n");
}

}  // namespace
}  // namespace tenure::cli
