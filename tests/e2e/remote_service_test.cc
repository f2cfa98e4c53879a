#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <memory>

#include "tests/e2e/shop.h"
#include "tests/support/paths.h"

// Services that join an estate by URL (A10), in our own program and in another language, and what happens while one is
// down (C1, C13).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

/// crm_service.py with its data in a file, so that it can go down and come up again.
class CrmService {
 public:
  explicit CrmService(std::string data) : data_(std::move(data)) { start("0"); }

  void put(const TenantId& tenant, int contacts) const { std::ofstream(data_) << json{{tenant.str(), contacts}}; }
  json contacts() const { return json::parse(std::ifstream(data_)); }
  const std::string& url() const { return url_; }
  void stop() {
    process_->send_signal(SIGTERM);
    process_->wait();
  }
  void start_again() { start(url_.substr(url_.rfind(':') + 1)); }

 private:
  void start(const std::string& port) {
    process_ = std::make_unique<test::Process>(
        std::vector<std::string>{"python3", TENURE_SOURCE_DIR "/tests/e2e/crm_service.py", data_, port});
    const auto printed = process_->read_until("\n");
    url_ = printed.substr(printed.find("http://"));
    url_.pop_back();
  }

  std::string data_;
  std::string url_;
  std::unique_ptr<test::Process> process_;
};

// A10, C1, C13
TEST(RemoteService, InAnotherLanguageJoinsAndAJobFailsOnlyWhileItIsDown) {
  Shop shop;
  CrmService crm((shop.folder() / "crm.json").string());
  const auto tenant = shop.add_tenant("Forn Vell");
  crm.put(tenant, 4);
  auto server = shop.serve(shop.write_estate("estate.yaml", {{"crm", "url: " + crm.url()}}));
  const auto send = [&](const std::string& method, const std::string& path) {
    return server.send(method, path + tenant.str(), shop.service_token());
  };

  const auto preview = send("GET", "/api/v1/deletion-preview/");
  ASSERT_EQ(preview.status, 200) << preview;
  EXPECT_EQ(preview.body["services"]["crm"]["data_counts"], (json{{"contacts", 4}}));
  EXPECT_EQ(send("GET", "/api/v1/crm/tenant/").status, 404) << "another server's data is not ours to serve";

  crm.stop();
  const auto failed = send("DELETE", "/api/v1/tenants/");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body["status"], "failed") << failed;
  EXPECT_EQ(failed.body["services_failed"], 1);
  const auto& result = failed.body["service_results"];
  EXPECT_EQ(result["crm"]["status"], "failed");
  ASSERT_FALSE(result["crm"]["errors"].empty());
  EXPECT_THAT(result["crm"]["errors"][0].get<std::string>(), HasSubstr("onnect"));
  EXPECT_EQ(result["orders"]["status"], "done");
  EXPECT_EQ(result["orders"]["deleted_counts"], (json{{"orders", 1}, {"order_items", 2}}));
  EXPECT_EQ(shop.count("orders", "orders", tenant), 0);
  EXPECT_EQ(shop.count("accounts", "tenants", tenant), 1) << "the record goes last";

  crm.start_again();
  const auto completed = send("DELETE", "/api/v1/tenants/");
  EXPECT_EQ(completed.status, 200) << completed;
  EXPECT_EQ(completed.body["status"], "completed");
  EXPECT_EQ(completed.body["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 4}}));
  EXPECT_EQ(completed.body["service_results"]["orders"]["total"], 0);
  EXPECT_EQ(crm.contacts(), json::object());
  EXPECT_EQ(shop.count("accounts", "tenants", tenant), 0);
  EXPECT_EQ(server.stop(), 0);
}

// A10, C6
TEST(RemoteService, OfOurOwnIsServedByASecondProcess) {
  Shop shop;
  const auto tenant = shop.add_tenant("Forn Nou");
  auto orders = shop.serve(shop.write_estate("holding.yaml"), {"--service", "orders"});
  auto server = shop.serve(shop.write_estate("estate.yaml", {{"orders", "url: " + orders.url()}}));

  const auto job_path = "/api/v1/tenants/" + tenant.str();
  EXPECT_EQ(orders.send("DELETE", job_path, shop.service_token()).status, 404) << "it holds data and runs no jobs";
  EXPECT_EQ(
      orders.send("GET", fmt::format("/api/v1/crm/tenant/{}/deletion-preview", tenant.str()), shop.service_token())
          .status,
      404)
      << "it holds the data of one service";
  EXPECT_EQ(orders.send("GET", "/health/ready", Secret()).status, 200);

  const auto job = server.send("DELETE", job_path, shop.service_token());
  ASSERT_EQ(job.status, 200) << job;
  EXPECT_EQ(job.body["service_results"]["orders"]["deleted_counts"], (json{{"orders", 1}, {"order_items", 2}}));
  EXPECT_EQ(shop.count("orders", "orders", tenant), 0);
  const auto receipts =
      fmt::format("job_id = '{}' AND subject_id = '{}'", job.body["job_id"].get<std::string>(), tenant.str());
  EXPECT_EQ(shop.databases().count(shop.database("orders"), "tenure.receipts", receipts), 1);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(orders.stop(), 0);
}

}  // namespace
}  // namespace tenure::e2e
