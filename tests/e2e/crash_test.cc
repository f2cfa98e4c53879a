#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/e2e/shop.h"

// The process and its embedded PostgreSQL are killed in the middle of a job (C5).
namespace tenure::e2e {
namespace {

/// A shop with databases of its own in a cluster of its own.
class EmbeddedShop {
 public:
  EmbeddedShop() {
    std::filesystem::create_directories(folder_.path());
    std::ofstream estate(estate_);
    estate << "estate: shop\ntenants: {service: accounts, table: tenants}\nservices:\n";
    for (const auto& [service, schema] : shop_schemas()) {
      std::ofstream(folder_.path() / (service + ".sql")) << schema;
      estate << "  " << service << ":\n    schema_file: " << service << ".sql\n    database: unused\n";
      if (service == "accounts") estate << "    tables: {tenants: {tenant_column: id}}\n";
    }
  }

  Server serve() const {
    return Server({"--embedded", "--estate", estate_.string(), "--listen", "127.0.0.1:0"},
                  {{"TENURE_HOME", (folder_.path() / "state").string()}});
  }
  Secret token() const {
    const auto finished = run_tenure({"token"}, {{"TENURE_HOME", (folder_.path() / "state").string()}});
    return Secret(finished.output.substr(0, finished.output.find('\n')));
  }

 private:
  const test::TemporaryFolder folder_;
  const std::filesystem::path estate_ = folder_.path() / "estate.yaml";
};

pid_t postmaster_of(Databases& databases) {
  std::ifstream file(databases.value("postgres", "SHOW data_directory") + "/postmaster.pid");
  pid_t pid = 0;
  file >> pid;
  return pid;
}

// C5, C8
TEST(Crash, KilledServerAndDatabaseAreRecoveredAndTheJobIsFinished) {
  const EmbeddedShop shop;
  const auto tenant = TenantId::random();
  const auto neighbour = TenantId::random();
  std::string job;
  {
    auto server = shop.serve();
    Databases databases(server.databases());
    for (const auto& [service, schema] : shop_schemas()) {
      databases.run(service, shop_rows(service, tenant, "Crash"));
      databases.run(service, shop_rows(service, neighbour, "Next Door"));
    }
    databases.run("orders", "BEGIN; LOCK TABLE orders IN SHARE MODE");
    const auto accepted =
        server.send("DELETE", "/api/v1/tenants/" + tenant.str(), shop.token(), {"Prefer: respond-async"});
    ASSERT_EQ(accepted.status, 202) << accepted;
    job = accepted.body["job_id"];
    databases.wait_until("control", fmt::format("(SELECT count(*) FROM tenure.deletion_steps WHERE job_id = '{}' AND "
                                                "state = 'done') = 1",
                                                job));
    const auto postmaster = postmaster_of(databases);
    ASSERT_GT(postmaster, 1);
    server.kill();
    ::kill(postmaster, SIGKILL);
  }
  auto server = shop.serve();
  Databases databases(server.databases());
  EXPECT_EQ(databases.count("crm", "contacts"), 1) << "what was committed is there";
  databases.wait_until("control",
                       fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE id = '{}') = 'completed'", job));
  const auto finished = server.send("GET", "/api/v1/auth/deletion-jobs/" + job, shop.token());
  EXPECT_EQ(finished.body["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 1}})) << finished;
  // What was not committed did not happen, so that it is counted now.
  EXPECT_EQ(finished.body["service_results"]["orders"]["deleted_counts"], (json{{"orders", 1}, {"order_items", 2}}));
  EXPECT_EQ(finished.body["total_items_deleted"], 5);
  EXPECT_EQ(databases.count("orders", "orders", fmt::format("tenant_id = '{}'", neighbour.str())), 1);
  EXPECT_EQ(databases.count("accounts", "tenants"), 1);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace tenure::e2e
