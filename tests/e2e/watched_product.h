#pragma once

#include <memory>

#include "base/pause.h"
#include "identity/token.h"
#include "tests/e2e/schema_product.h"
#include "tests/support/paths.h"
#include "tests/support/prometheus.h"

namespace tenure::e2e {

/// A product with a schema a tenant, migrated and served, and what happens in it for others to watch.
class WatchedProduct : public SchemaProduct {
 protected:
  static constexpr const char* kToken = "of-the-scraper-and-nobody-else";

  WatchedProduct() {
    std::ofstream(file("estate.yaml"), std::ios::app) << "    timeout: 1s\n";
    migrate();
    ana_ = person("ana");
    serve();
  }

  void serve(Environment more = {}) {
    more.insert({{"TENURE_HOME", file("state")}, {"TENURE_METRICS_TOKEN", kToken}});
    server_ = std::make_unique<Server>(Words{"--estate", file("estate.yaml"), "--listen", "127.0.0.1:0"}, more);
  }
  Answer send(const std::string& method, const std::string& path, std::vector<std::string> headers = {}) const {
    const identity::SigningKeys keys(file("state") + "/keys", clock_);
    return server_->send(method, path, identity::issue_service_token(keys, clock_, "test", "tenure"),
                         std::move(headers));
  }
  /// The metrics as the scraper gets them.
  std::string metrics() const {
    const auto answer =
        http::send({.url = server_->url() + "/metrics", .bearer = Secret(kToken)}, Call::within(kPatience));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body;
  }
  double value(const std::string& series) const { return test::sample_of(metrics(), series).value_or(-1); }
  /// Waits until a series has at least this value.
  void wait_for(const std::string& series, double least) const {
    const auto deadline = Deadline::after(kPatience);
    while (value(series) < least && !deadline.has_passed()) pause(Milliseconds(50), {});
    EXPECT_GE(value(series), least) << series;
  }

  /// A tenant with two orders, three items and a contact.
  std::string filled_tenant(const std::string& name) const {
    auto id = tenant(name, ana_);
    fill(id);
    return id;
  }
  /// The job, once it has ended.
  nlohmann::json erase(const std::string& tenant) const { return send("DELETE", "/api/v1/tenants/" + tenant).body; }
  /// A service that will not delete what it is not told about, until it is repaired.
  void break_crm() const { crm_.run("ALTER TABLE contacts RENAME COLUMN tenant_id TO whose"); }
  void repair_crm() const { crm_.run("ALTER TABLE contacts RENAME COLUMN whose TO tenant_id"); }
  /// Its database takes no new sessions, and ends those there are.
  void close_crm() const {
    control_.run("ALTER DATABASE \"" + crm_.name() + "\" ALLOW_CONNECTIONS false");
    control_.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + crm_.name() + "'");
  }
  void open_crm() const { control_.run("ALTER DATABASE \"" + crm_.name() + "\" ALLOW_CONNECTIONS true"); }

  static constexpr Milliseconds kPatience{60000};
  const SystemClock clock_;
  std::string ana_;
  std::unique_ptr<Server> server_;
};

}  // namespace tenure::e2e
