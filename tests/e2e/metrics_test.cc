#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "tests/e2e/watched_product.h"

// Spec E1, D13: /metrics of a running server, every metric moved by what really happens; who may read it; and what
// docs/metrics.md says of it.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Metrics : public WatchedProduct {
 protected:
  int status_of(const std::string& token) const {
    return http::send({.url = server_->url() + "/metrics", .bearer = Secret(token)}, Call::within(kPatience)).status;
  }
};

/// Name → type and labels, of the page's tables.
std::map<std::string, std::pair<std::string, std::set<std::string>>> documented() {
  std::map<std::string, std::pair<std::string, std::set<std::string>>> metrics;
  std::ifstream page(std::string(TENURE_SOURCE_DIR) + "/docs/metrics.md");
  const std::regex row("^\\| `([a-z_]+)` \\| (counter|gauge|histogram) \\|([^|]*)\\|.*");
  for (std::string line; std::getline(page, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, row)) continue;
    std::set<std::string> labels;
    const std::regex label("`([a-z_]+)`");
    const std::string text = parts[3];
    for (std::sregex_iterator at(text.begin(), text.end(), label), end; at != end; ++at) labels.insert((*at)[1]);
    metrics[parts[1]] = {parts[2], labels};
  }
  return metrics;
}

/// The labels that series of a metric have, but for a histogram's own.
std::set<std::string> labels_in(const std::string& exposition, const std::string& name) {
  std::set<std::string> labels;
  std::istringstream lines(exposition);
  const std::regex series("^" + name + "(_bucket|_sum|_count)?\\{([^}]*)\\} .*");
  const std::regex label("([a-z_]+)=\"");
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, series)) continue;
    const std::string text = parts[2];
    for (std::sregex_iterator at(text.begin(), text.end(), label), end; at != end; ++at) labels.insert((*at)[1]);
  }
  labels.erase("le");
  return labels;
}

TEST_F(Metrics, AreThoseOfTheirPageAndWhatPromtoolLikes) {
  filled_tenant("Forn Vell");
  send("GET", "/api/v1/health/");
  const auto text = metrics();
  EXPECT_EQ(test::promtool_problems(text), "");
  const auto pages = documented();
  std::map<std::string, std::string> types;
  for (const auto& [name, about] : pages) {
    types[name] = about.first;
    EXPECT_EQ(labels_in(text, name), about.second) << name;
  }
  EXPECT_EQ(test::types_in(text), types);
}

TEST_F(Metrics, FollowADeletion) {
  const auto mine = filled_tenant("Forn Vell");
  filled_tenant("Neighbour");
  EXPECT_EQ(value("deletion_items_deleted_total{service=\"app\"}"), 0);
  const auto job = erase(mine);
  ASSERT_EQ(job.value("status", ""), "completed") << job;
  const auto text = metrics();
  for (const auto* service : {"app", "crm"}) {
    EXPECT_EQ(test::sample_of(text, fmt::format("deletion_items_deleted_total{{service=\"{}\"}}", service)),
              job["service_results"][service]["total"].get<double>());
  }
  EXPECT_EQ(test::sample_of(text, "deletion_jobs_status{status=\"completed\"}"), 1);
  EXPECT_EQ(test::sample_of(text, "deletion_jobs_status{status=\"running\"}"), 0);
  EXPECT_EQ(test::sample_of(text, "deletion_longest_running_seconds"), 0);
  wait_for("deletion_duration_seconds_count{outcome=\"completed\",subject=\"tenant\"}", 1);
  EXPECT_EQ(value("tenant_schemas{service=\"app\",version=\"1\"}"), 2) << "the neighbour's and the super tenant's";
  EXPECT_EQ(test::sample_of(
                text, "http_requests_total{code=\"200\",method=\"DELETE\",route=\"/api/v1/tenants/{tenant_id}\"}"),
            1);
}

TEST_F(Metrics, TellAServiceThatRefusesFromOneThatIsLate) {
  const auto refused = filled_tenant("Forn Vell");
  break_crm();
  EXPECT_EQ(erase(refused).value("status", ""), "rolled_back");
  EXPECT_GE(value("deletion_errors_total{kind=\"permanent\",service=\"crm\"}"), 1);
  wait_for("deletion_duration_seconds_count{outcome=\"rolled_back\",subject=\"tenant\"}", 1);
  repair_crm();

  const auto late = filled_tenant("Late");
  auto session = crm_.connect();
  session.run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE contacts IN SHARE MODE"));
  const auto ordered = send("DELETE", "/api/v1/tenants/" + late, {"Prefer: respond-async"});
  ASSERT_EQ(ordered.status, 202) << ordered;
  wait_for("deletion_errors_total{kind=\"timeout\",service=\"crm\"}", 1);
  EXPECT_EQ(value("deletion_jobs_status{status=\"running\"}"), 1);
  EXPECT_GT(value("deletion_longest_running_seconds"), 0);
  session.run_script(pg::Sql::script_from_operator("ROLLBACK"));
  wait_for("deletion_jobs_status{status=\"completed\"}", 1);
}

TEST_F(Metrics, FollowMigrationsThatOthersRun) {
  tenant("Forn Vell", ana_);
  const std::string completed = "migration_runs_total{service=\"app\",outcome=\"completed\"}";
  const auto before = value(completed);
  EXPECT_GE(before, 1);
  EXPECT_EQ(value("migration_duration_seconds_count{service=\"app\",outcome=\"completed\"}"), before);
  EXPECT_EQ(value("migration_schemas_behind{service=\"app\"}"), 0);
  write("migrations/tenant/0002_wrong.sql", "select 1 / 0;");
  EXPECT_NE(run({"migrate"}).status, 0);
  const auto text = metrics();
  EXPECT_EQ(test::sample_of(text, completed), before);
  EXPECT_EQ(test::sample_of(text, "migration_runs_total{service=\"app\",outcome=\"failed\"}").value_or(0) +
                test::sample_of(text, "migration_runs_total{service=\"app\",outcome=\"rolled_back\"}").value_or(0),
            1);
  EXPECT_EQ(test::sample_of(text, "migration_running_seconds{service=\"app\"}"), 0);
  write("migrations/tenant/0002_wrong.sql", "alter table orders add column place int;");
  serve();
  EXPECT_GE(value("migration_schemas_behind{service=\"app\"}"), 2) << "the reference and the tenant";
  migrate();
  EXPECT_EQ(value("migration_schemas_behind{service=\"app\"}"), 0);
  EXPECT_EQ(value("tenant_schemas{service=\"app\",version=\"2\"}"), 2);
}

TEST_F(Metrics, CountDatabasesThatCannotBeConnectedTo) {
  close_crm();
  EXPECT_EQ(send("GET", "/api/v1/health/").status, 503);
  EXPECT_GE(value("database_connection_errors_total{database=\"crm\"}"), 1);
  EXPECT_EQ(value("database_connection_errors_total{database=\"app\"}"), 0);
  open_crm();
  EXPECT_EQ(send("GET", "/api/v1/health/").status, 200);
}

TEST_F(Metrics, TellOfRequestsAndOfTheProcess) {
  const std::string request = "{method=\"GET\",route=\"/api/v1/health/\"}";
  const auto cpu = value("process_cpu_seconds_total");
  EXPECT_GT(cpu, 0);
  EXPECT_EQ(value("http_request_duration_seconds_count" + request), -1);
  for (int times = 0; times < 3; ++times) send("GET", "/api/v1/health/");
  const auto text = metrics();
  const auto read = [&](const std::string& series) { return test::sample_of(text, series).value_or(-1); };
  EXPECT_EQ(read("http_request_duration_seconds_count" + request), 3);
  EXPECT_EQ(read("http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/v1/health/\",le=\"+Inf\"}"), 3);
  EXPECT_GT(read("http_request_duration_seconds_sum" + request), 0);
  EXPECT_GE(read("process_cpu_seconds_total"), cpu);
  const auto now = std::chrono::duration<double>(clock_.wall().time_since_epoch()).count();
  EXPECT_NEAR(read("process_start_time_seconds"), now, 600);
  EXPECT_GE(read("process_threads"), 2);
  EXPECT_GT(read("process_resident_memory_bytes"), 1'000'000);
  EXPECT_GE(read("process_virtual_memory_bytes"), read("process_resident_memory_bytes"));
  EXPECT_GT(read("process_open_fds"), 3);
  EXPECT_GE(read("process_max_fds"), read("process_open_fds"));
}

TEST_F(Metrics, NameNobody) {
  const auto mine = filled_tenant("Forn Vell");
  erase(mine);
  const auto text = metrics();
  for (const auto& word : {mine, ana_, std::string("Forn"), std::string("ana@"), std::string("tenant_forn")}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

TEST_F(Metrics, AreForOperatorsAndForTheScraper) {
  EXPECT_EQ(server_->send("GET", "/metrics", {}).status, 401);
  EXPECT_EQ(status_of("of-the-scraper-and-nobody-elsa"), 401);
  EXPECT_EQ(status_of(kToken), 200);
  EXPECT_EQ(
      http::send({.url = server_->url() + "/api/v1/tenants", .bearer = Secret(kToken)}, Call::within(kPatience)).status,
      401)
      << "it is good for nothing else";
}

TEST_F(Metrics, WantATokenThatCannotBeGuessed) {
  const auto finished = run({"serve"}, {{"TENURE_METRICS_TOKEN", "short"}});
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.errors, HasSubstr("TENURE_METRICS_TOKEN: must be at least 16"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("short")));
}

}  // namespace
}  // namespace tenure::e2e
