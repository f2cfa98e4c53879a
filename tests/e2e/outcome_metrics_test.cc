#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/pause.h"
#include "tests/e2e/archived_shop.h"
#include "tests/e2e/managed_shop.h"
#include "tests/support/prometheus.h"
#include "tests/support/raw_http.h"

// Spec E1: each outcome of a deletion and each kind of error that /metrics tells apart, brought about by what really
// happens; what else there is in /metrics moves in metrics_test.cc.
namespace tenure::e2e {
namespace {

constexpr Milliseconds kPatience{60'000};

class Scraper {
 public:
  Scraper(const Server& server, const Shop& shop) : server_(server), shop_(shop) {}

  double value(const std::string& series) const {
    const auto answer =
        http::send({.url = server_.url() + "/metrics", .bearer = shop_.service_token()}, Call::within(kPatience));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return test::sample_of(answer.body, series).value_or(-1);
  }
  double errors(const std::string& kind, const std::string& service = "crm") const {
    return value(fmt::format("deletion_errors_total{{kind=\"{}\",service=\"{}\"}}", kind, service));
  }
  /// Of a job that has ended: waits until its end was counted, by the thread that ran it.
  void expect_ends(int count, const std::string& outcome, const std::string& subject = "tenant") const {
    const auto series =
        fmt::format("deletion_duration_seconds_count{{outcome=\"{}\",subject=\"{}\"}}", outcome, subject);
    const auto deadline = Deadline::after(kPatience);
    while (value(series) < count && !deadline.has_passed()) pause(Milliseconds(20), {});
    EXPECT_EQ(value(series), count) << series;
  }

 private:
  const Server& server_;
  const Shop& shop_;
};

/// Nothing can be taken back here.
class OutcomeMetrics : public ManagedShop {
 protected:
  json erase(const TenantId& tenant) { return people().as_service("DELETE", tenant_path(tenant)).body; }
  json erase(const UserId& user) { return people().as_service("DELETE", "/api/v1/auth/users/" + user.str()).body; }
  /// In a session of its own, since close_crm() ends those that are kept.
  void run_in_crm(const std::string& script) {
    databases_.connect(shop_.database("crm")).run_script(sql_of_test(script));
  }
  /// Of crm's database: new sessions, and those there are.
  void close_crm() {
    const auto name = shop_.database("crm");
    databases_.run(control_, "ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS false");
    databases_.run(control_, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
  }
  void open_crm() {
    databases_.run(control_, "ALTER DATABASE \"" + shop_.database("crm") + "\" ALLOW_CONNECTIONS true");
  }

  const UserId ana_ = people().person("ana");
  const Scraper scraper_{*server_, shop_};
};

TEST_F(OutcomeMetrics, TellWhyADeletionFailed) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  for (const auto* kind : {"busy", "unreachable"}) ASSERT_EQ(scraper_.errors(kind), 0) << kind;

  // As when another session has won.
  run_in_crm(
      "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE serialization_failure; END $$;"
      "CREATE TRIGGER lose BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION lose()");
  EXPECT_EQ(erase(tenant)["status"], "failed");
  EXPECT_GE(scraper_.errors("busy"), 1);
  EXPECT_EQ(scraper_.errors("busy", "orders"), 0);
  scraper_.expect_ends(1, "failed");
  run_in_crm("DROP TRIGGER lose ON contacts");

  close_crm();
  EXPECT_EQ(erase(tenant)["status"], "failed");
  EXPECT_GE(scraper_.errors("unreachable"), 1);
  scraper_.expect_ends(2, "failed");
  open_crm();

  EXPECT_EQ(erase(tenant)["status"], "completed");
  scraper_.expect_ends(1, "completed");
}

// A product that writes on: there is a new row whenever a deletion is over.
TEST_F(OutcomeMetrics, CountRowsThatKeepComing) {
  const test::RawListener crm(test::RawListener::answering(
      "200 OK", R"({"data_counts":{"contacts":1},"summary":{"success":true,"deleted_counts":{"contacts":1}}})"));
  EXPECT_EQ(server_->stop(), 0);
  server_.reset(new Server(shop_.serve(shop_.write_managed_estate("managed.yaml", {{"crm", "url: " + crm.url()}}))));
  people_.emplace(*server_, databases_, control_, shop_.keys());
  const Scraper scraper(*server_, shop_);
  ASSERT_EQ(scraper.errors("rows_left"), 0);
  const auto failed = erase(people().tenant(ana_, "Forn Vell"));
  EXPECT_EQ(failed["status"], "failed") << failed;
  EXPECT_EQ(scraper.errors("rows_left"), 1) << "only the last round is a failure";
  scraper.expect_ends(1, "failed");
}

TEST_F(OutcomeMetrics, TellUsersFromTenants) {
  const auto user = people().person("bernat");
  run_in_crm("CREATE TABLE of_nobody (id integer PRIMARY KEY)");
  EXPECT_EQ(erase(user)["status"], "failed");
  scraper_.expect_ends(1, "failed", "user");
  EXPECT_GE(scraper_.errors("permanent"), 1);
  run_in_crm("DROP TABLE of_nobody");
  EXPECT_EQ(erase(user)["status"], "completed");
  scraper_.expect_ends(1, "completed", "user");
  EXPECT_EQ(scraper_.value("deletion_items_deleted_total{service=\"identity.account\"}"), 1);
  scraper_.expect_ends(0, "completed");
}

TEST_F(OutcomeMetrics, CountOneThatWasCancelledWhileItWasAboutToBegin) {
  const auto tenant = tenant_with_data(ana_, "Forn Vell");
  const auto ordered = people().as_service("DELETE", tenant_path(tenant), {{"run_at", "2100-01-01T00:00:00Z"}});
  ASSERT_EQ(ordered.status, 202) << ordered;
  const auto job = ordered.body["job_id"].get<std::string>();
  // The first thing that its worker wants to do is to fence the tenant.
  auto held = lock("accounts", "tenancy.tenants");
  const auto path = "/api/v1/auth/deletion-jobs/" + job;
  const auto moved = people().as_service("PATCH", path, {{"run_at", "2020-01-01T00:00:00Z"}});
  ASSERT_LT(moved.status, 300) << moved;
  wait_for_status(job, "running");
  const auto cancelled = people().as_service("POST", path + "/cancel");
  EXPECT_EQ(cancelled.body["status"], "cancelled") << cancelled;
  unlock(held);
  scraper_.expect_ends(1, "cancelled");
  EXPECT_EQ(data_of(tenant), 2);
}

class OutcomeMetricsOfArchives : public ArchivedShop {};

TEST_F(OutcomeMetricsOfArchives, TellWhatCameBackFromWhatDidNot) {
  const Scraper scraper(*server_, shop_);
  const auto tenant = tenant_with_data(people().person("ana"), "Forn Vell");
  const auto erase = [&] { return people().as_service("DELETE", tenant_path(tenant)).body; };
  const auto items = [&] { return scraper.value("deletion_items_deleted_total{service=\"orders\"}"); };
  const auto first = erase();
  ASSERT_EQ(first["status"], "completed") << first;
  EXPECT_EQ(items(), 3);
  EXPECT_EQ(run_json({"job", "restore", first["job_id"], "--wait"}).at("status"), "rolled_back");
  scraper.expect_ends(1, "taken_back");
  scraper.expect_ends(0, "rolled_back");
  EXPECT_EQ(items(), 3) << "what came back was not deleted once more";

  const auto second = erase();
  ASSERT_EQ(second["status"], "completed") << second;
  databases_.run(shop_.database("crm"), "DROP TABLE contacts");
  EXPECT_EQ(run({"job", "restore", second["job_id"], "--wait"}).status, 1);
  scraper.expect_ends(1, "compensation_failed");
  EXPECT_GE(scraper.errors("permanent"), 1);
}

}  // namespace
}  // namespace tenure::e2e
