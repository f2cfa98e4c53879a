#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <optional>
#include <regex>
#include <sstream>

#include "tests/e2e/watched_product.h"
#include "tests/support/raw_http.h"

// E2, D13: alerts that take minutes or an hour, each raised by what it is about. The rules are those that are
// delivered, with seconds in place of their minutes; promtool tries the true times.
namespace tenure::e2e {
namespace {

const std::filesystem::path kRules = std::filesystem::path(TENURE_SOURCE_DIR) / "deploy" / "prometheus" / "alerts.yml";

std::string hasty_rules() {
  std::stringstream text;
  text << std::ifstream(kRules).rdbuf();
  auto rules = std::regex_replace(text.str(), std::regex("for: \\d+m"), "for: 1s");
  rules = std::regex_replace(rules, std::regex("_running_seconds\\) > \\d+"), "_running_seconds) > 1");
  return std::regex_replace(rules, std::regex("offset 1h"), "offset 10s");
}

class HastyAlerts : public WatchedProduct {
 protected:
  HastyAlerts() { folder_.write("hasty.yml", hasty_rules()); }

  void watch() {
    prometheus_.emplace(server_->url().substr(std::string("http://").size()), kToken, file("hasty.yml"));
    ASSERT_FALSE(prometheus_->wait_for("tenure_build_info").empty()) << "it scrapes";
  }
  bool fires(const std::string& alert) const {
    return !prometheus_->wait_for(fmt::format("ALERTS{{alertname=\"{}\",alertstate=\"firing\"}}", alert)).empty();
  }

  std::optional<test::PrometheusServer> prometheus_;
};

TEST_F(HastyAlerts, ADeletionThatRunsLong) {
  const auto tenant = filled_tenant("Forn Vell");
  watch();
  auto session = crm_.connect();
  session.run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE contacts IN SHARE MODE"));
  send("DELETE", "/api/v1/tenants/" + tenant, {"Prefer: respond-async"});
  EXPECT_TRUE(fires("DeletionRunsLong"));
  session.run_script(pg::Sql::script_from_operator("ROLLBACK"));
}

TEST_F(HastyAlerts, ANoticeThatIsGivenUp) {
  constexpr const char* kGivenUp = "deletion_notices_given_up_total{receiver=\"webhook\"}";
  const test::RawListener refuses(test::RawListener::answering("404 Not Found", ""));
  const std::vector<std::string> tenants{filled_tenant("First"), filled_tenant("Second")};
  std::ofstream(file("estate.yaml"), std::ios::app)
      << "notifications:\n  webhook: {url: \"${NOTICE_URL}\", secret: \"${NOTICE_SECRET}\"}\n";
  server_.reset();
  serve({{"NOTICE_URL", refuses.url() + "/hook"},
         {"NOTICE_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}});
  watch();
  for (const auto& tenant : tenants) {
    const auto before = std::max(value(kGivenUp), 0.0);
    EXPECT_EQ(erase(tenant).value("status", ""), "completed");
    wait_for(kGivenUp, before + 1);
    // Seen, before the next one comes.
    EXPECT_FALSE(prometheus_->wait_for(fmt::format("{} > {}", kGivenUp, before)).empty());
  }
  EXPECT_TRUE(fires("DeletionNoticeGivenUp"));
}

TEST_F(HastyAlerts, AMigrationThatRunsLongThenFails) {
  watch();
  write("migrations/tenant/0002_slow.sql", "select pg_sleep(20); select 1 / 0;");
  auto migration = std::async(std::launch::async, [&] { return run({"migrate"}); });
  EXPECT_TRUE(fires("MigrationRunsLong"));
  EXPECT_NE(migration.get().status, 0);
  EXPECT_TRUE(fires("MigrationSuccessRateLow"));
}

TEST_F(HastyAlerts, SchemasThatLackWhatTheRunningVersionHas) {
  write("migrations/tenant/0002_more.sql", "alter table orders add column more int;");
  server_.reset();
  serve();
  watch();
  EXPECT_TRUE(fires("SchemasLackMigrations"));
}

TEST_F(HastyAlerts, SchemasThatVanish) {
  const auto tenant = filled_tenant("Forn Vell");
  filled_tenant("Neighbour");
  watch();
  ASSERT_FALSE(prometheus_->wait_for("sum(tenant_schemas offset 10s) >= 2").empty());
  EXPECT_EQ(erase(tenant).value("status", ""), "completed");
  EXPECT_TRUE(fires("TenantSchemasVanished"));
}

TEST_F(HastyAlerts, ADatabaseThatTakesNoConnections) {
  const auto tenant = filled_tenant("Forn Vell");
  watch();
  close_crm();
  send("DELETE", "/api/v1/tenants/" + tenant, {"Prefer: respond-async"});
  EXPECT_TRUE(fires("DatabaseConnectionErrors"));
  open_crm();
}

TEST_F(HastyAlerts, MetricsThatCannotBeRead) {
  watch();
  control_.run("ALTER TABLE tenure.deletion_jobs RENAME TO deletion_jobs_elsewhere");
  EXPECT_TRUE(fires("MetricsUnread"));
  control_.run("ALTER TABLE tenure.deletion_jobs_elsewhere RENAME TO deletion_jobs");
}

TEST_F(HastyAlerts, NoServerAtAll) {
  watch();
  server_.reset();
  EXPECT_TRUE(fires("TenureAbsent"));
}

}  // namespace
}  // namespace tenure::e2e
