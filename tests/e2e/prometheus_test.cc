#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "tests/e2e/watched_product.h"

// Spec E2, D13: the alerts and the Grafana dashboard that are delivered, tried on a real Prometheus that scrapes a
// running server.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::filesystem::path kDeploy = std::filesystem::path(TENURE_SOURCE_DIR) / "deploy";
const std::string kAlerts = (kDeploy / "prometheus" / "alerts.yml").string();

/// As Grafana would, with windows that have all of a test in them.
std::string as_sent(const std::string& expression) {
  return std::regex_replace(expression, std::regex("\\$__rate_interval"), "10m");
}

/// Title of the panel → what it asks.
std::vector<std::pair<std::string, std::string>> queries_of_dashboard() {
  std::ifstream file(kDeploy / "grafana" / "dashboard.json");
  const auto dashboard = nlohmann::json::parse(file);
  std::vector<std::pair<std::string, std::string>> queries;
  for (const auto& panel : dashboard.at("panels")) {
    if (panel.at("type") == "row") continue;
    EXPECT_FALSE(panel.at("targets").empty()) << panel.at("title");
    for (const auto& target : panel.at("targets")) {
      queries.emplace_back(panel.at("title").get<std::string>(), as_sent(target.at("expr").get<std::string>()));
    }
  }
  return queries;
}

class Prometheus : public WatchedProduct {
 protected:
  Prometheus() : prometheus_(server_->url().substr(std::string("http://").size()), kToken, kAlerts) {
    // What is counted from here on it sees rise.
    EXPECT_THAT(prometheus_.wait_for("deletion_items_deleted_total == 0"), Not(IsEmpty())) << "it scrapes";
  }

  /// Waits until an expression gives a number.
  bool gives_a_number(const std::string& expression) const {
    const auto deadline = Deadline::after(kPatience);
    do {
      const auto found = prometheus_.wait_for(expression);
      if (std::ranges::any_of(found, [](const auto& series) { return std::isfinite(series.value); })) return true;
      pause(Milliseconds(100), {});
    } while (!deadline.has_passed());
    return false;
  }
  bool fires(const std::string& alert) const {
    return !prometheus_.wait_for(fmt::format("ALERTS{{alertname=\"{}\",alertstate=\"firing\"}}", alert)).empty();
  }

  const test::PrometheusServer prometheus_;
};

TEST(Alerts, AreWhatPromtoolLikes) {
  const auto checked = test::run_process({"promtool", "check", "rules", kAlerts});
  EXPECT_EQ(checked.status, 0) << checked.output << checked.errors;
}

TEST(Alerts, FireWhenTheyShouldAndOnlyThen) {
  const auto tests = (kDeploy / "prometheus" / "alerts_test.yml").string();
  const auto tested = test::run_process({"promtool", "test", "rules", tests});
  EXPECT_EQ(tested.status, 0) << tested.output << tested.errors;
}

TEST(Alerts, AreAllTested) {
  std::ifstream rules(kAlerts);
  std::ifstream file(kDeploy / "prometheus" / "alerts_test.yml");
  const std::string tests{std::istreambuf_iterator<char>(file), {}};
  const std::regex alert("      - alert: (\\w+)");
  int alerts = 0;
  for (std::string line; std::getline(rules, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, alert)) continue;
    ++alerts;
    EXPECT_THAT(tests, HasSubstr("alertname: " + parts[1].str() + "\n        exp_alerts")) << "that it fires";
  }
  EXPECT_GE(alerts, 8);
}

TEST_F(Prometheus, FindsSomethingForEveryPanelOfTheDashboard) {
  erase(filled_tenant("Forn Vell"));
  filled_tenant("Neighbour");
  const auto refused = filled_tenant("Kept");
  break_crm();
  EXPECT_EQ(erase(refused).value("status", ""), "rolled_back");
  for (const auto& [title, expression] : queries_of_dashboard()) {
    EXPECT_TRUE(gives_a_number(expression)) << title << ": " << expression;
  }
  const auto items = prometheus_.wait_for("sum by (service) (deletion_items_deleted_total{service=\"app\"}) > 0");
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items.front().value, value("deletion_items_deleted_total{service=\"app\"}")) << "what the server says";
}

TEST_F(Prometheus, RaisesTheAlertsOfDeletionsThatFailAndServicesThatAreLate) {
  const auto refused = filled_tenant("Forn Vell");
  const auto late = filled_tenant("Late");
  break_crm();
  EXPECT_EQ(erase(refused).value("status", ""), "rolled_back");
  EXPECT_TRUE(fires("DeletionErrorRateHigh"));
  repair_crm();
  auto session = crm_.connect();
  session.run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE contacts IN SHARE MODE"));
  send("DELETE", "/api/v1/tenants/" + late, {"Prefer: respond-async"});
  EXPECT_TRUE(fires("DeletionServiceTimeouts"));
  session.run_script(pg::Sql::script_from_operator("ROLLBACK"));
}

TEST_F(Prometheus, RaisesTheAlertOfAMigrationThatFails) {
  write("migrations/tenant/0002_wrong.sql", "select 1 / 0;");
  EXPECT_NE(run({"migrate"}).status, 0);
  EXPECT_TRUE(fires("MigrationFailed"));
}

}  // namespace
}  // namespace tenure::e2e
