#include "metrics/metrics.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/prometheus.h"

// Spec E1: what is counted in the process, and that no caller can make the labels grow.
namespace tenure::metrics {
namespace {

using std::chrono::seconds;
using test::sample_of;
using ::testing::HasSubstr;
using ::testing::Not;

class MetricsTest : public ::testing::Test {
 protected:
  MetricsTest() { metrics_.expect({.services = {"orders"}, .databases = {{"orders", "orders on db1"}}}); }

  std::string text() { return metrics_.text({}, Call::within(Milliseconds(1000))); }
  double value(const std::string& series) {
    const auto found = sample_of(text(), series);
    EXPECT_TRUE(found) << series << " in " << text();
    return found.value_or(-1);
  }
  static jobs::Job job(jobs::JobState state, seconds duration, std::vector<std::string> errors = {}) {
    return {.id = JobId::random(),
            .subject = TenantId::random(),
            .state = state,
            .error_log = std::move(errors),
            .started_at = WallTime(seconds(1000)),
            .completed_at = WallTime(seconds(1000) + duration)};
  }

  Metrics metrics_{"1.2.3"};
};

TEST_F(MetricsTest, AreWhatPromtoolLikes) {
  metrics_.on_request({.method = "GET", .route = "/api/v1/tenants/{tenant_id}", .status = 200});
  metrics_.on_job_ended(job(jobs::JobState::completed, seconds(1)));
  EXPECT_EQ(test::promtool_problems(text()), "");
  EXPECT_NE(test::promtool_problems("Wrong-Name 1\n"), "") << "it looks";
}

TEST_F(MetricsTest, AreThereAtZeroBeforeAnythingHappens) {
  EXPECT_EQ(value("deletion_items_deleted_total{service=\"orders\"}"), 0);
  for (const auto* kind : {"timeout", "unreachable", "busy", "permanent", "rows_left"}) {
    EXPECT_EQ(value(fmt::format("deletion_errors_total{{kind=\"{}\",service=\"orders\"}}", kind)), 0);
  }
  for (const auto* outcome : {"completed", "failed", "rolled_back", "compensation_failed", "taken_back", "cancelled"}) {
    EXPECT_EQ(value(fmt::format("deletion_duration_seconds_count{{outcome=\"{}\",subject=\"tenant\"}}", outcome)), 0);
  }
  EXPECT_EQ(value("database_connection_errors_total{database=\"orders\"}"), 0);
  EXPECT_EQ(value("tenure_build_info{version=\"1.2.3\"}"), 1);
}

TEST_F(MetricsTest, CountItemsAndErrorsByService) {
  metrics_.on_call_ended({.job = JobId::random(), .service = "orders", .items = 7});
  metrics_.on_call_ended({.job = JobId::random(), .service = "orders", .failure = erasure::CallFailure::timeout});
  EXPECT_EQ(value("deletion_items_deleted_total{service=\"orders\"}"), 7);
  EXPECT_EQ(value("deletion_errors_total{kind=\"timeout\",service=\"orders\"}"), 1);
  EXPECT_EQ(value("deletion_errors_total{kind=\"busy\",service=\"orders\"}"), 0);
}

TEST_F(MetricsTest, MeasureAJobFromItsStartToItsEnd) {
  metrics_.on_job_ended(job(jobs::JobState::completed, seconds(7)));
  EXPECT_EQ(value("deletion_duration_seconds_sum{outcome=\"completed\",subject=\"tenant\"}"), 7);
  EXPECT_EQ(value("deletion_duration_seconds_bucket{outcome=\"completed\",subject=\"tenant\",le=\"5\"}"), 0);
  EXPECT_EQ(value("deletion_duration_seconds_bucket{outcome=\"completed\",subject=\"tenant\",le=\"10\"}"), 1);
}

TEST_F(MetricsTest, TellWhatWasAskedForFromWhatFailed) {
  metrics_.on_job_ended(job(jobs::JobState::rolled_back, seconds(1), {"crm: away"}));
  metrics_.on_job_ended(job(jobs::JobState::rolled_back, seconds(1)));
  EXPECT_EQ(value("deletion_duration_seconds_count{outcome=\"rolled_back\",subject=\"tenant\"}"), 1);
  EXPECT_EQ(value("deletion_duration_seconds_count{outcome=\"taken_back\",subject=\"tenant\"}"), 1);
}

TEST_F(MetricsTest, HaveOneSeriesForAllMethodsAndPathsThatAreNone) {
  for (const auto* method : {"BREW", "FOO\"} 1\nevil 1", "get"}) {
    metrics_.on_request({.method = method, .route = "-", .status = 404});
  }
  EXPECT_EQ(value("http_requests_total{code=\"404\",method=\"other\",route=\"none\"}"), 3);
  EXPECT_THAT(text(), Not(HasSubstr("BREW")));
  EXPECT_THAT(text(), Not(HasSubstr("evil")));
}

TEST_F(MetricsTest, MeasureRequestsButNoWebSockets) {
  metrics_.on_request({.method = "GET", .route = "/a", .status = 200, .duration = Milliseconds(20)});
  metrics_.on_request({.method = "GET", .route = "/a", .status = 101});
  EXPECT_EQ(value("http_request_duration_seconds_count{method=\"GET\",route=\"/a\"}"), 1);
  EXPECT_EQ(value("http_request_duration_seconds_bucket{method=\"GET\",route=\"/a\",le=\"0.025\"}"), 1);
  EXPECT_EQ(value("http_requests_total{code=\"101\",method=\"GET\",route=\"/a\"}"), 1);
}

TEST_F(MetricsTest, KnowTheirProcess) {
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value("process_open_fds"), 2);
  EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GE(value("process_threads"), 1);
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(value("process_start_time_seconds"), now, 24 * 3600);
  EXPECT_LE(value("process_start_time_seconds"), now + 1);
}

// What is asked of a database that is not there.
TEST_F(MetricsTest, LeaveOutWhatCannotBeReadAndCountThat) {
  pg::Pool nowhere(pg::ConnectionSettings::parse("host=127.0.0.1 port=1 dbname=x"), 1);
  metrics_.expect({.services = {}, .databases = {{"control", nowhere.settings().description()}}});
  const auto read = [&] { return metrics_.text({.control = &nowhere}, Call::within(Milliseconds(1000))); };
  read();
  const auto second = read();
  EXPECT_EQ(sample_of(second, "metrics_read_errors_total{database=\"control\"}"), 2);
  EXPECT_EQ(sample_of(second, "database_connection_errors_total{database=\"control\"}"), 2);
  EXPECT_THAT(second, Not(HasSubstr("deletion_jobs_status")));
  EXPECT_EQ(sample_of(second, "deletion_items_deleted_total{service=\"orders\"}"), 0);
}

}  // namespace
}  // namespace tenure::metrics
