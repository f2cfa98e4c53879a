#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "archive/keys.h"
#include "tests/e2e/shop.h"

// C7: a deletion over several real databases is taken back, row for row, by the program itself.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class Rollback : public ::testing::Test {
 protected:
  Rollback() : estate_(shop_.write_estate("estate.yaml")) {
    std::filesystem::create_directory(shop_.folder() / "archive");
    std::ofstream(estate_, std::ios::app)
        << fmt::format("archive: {{directory: {}, keys: \"{}\", retention: 30d}}\n",
                       (shop_.folder() / "archive").string(), archive::KeyRing::generate("k1").reveal());
  }

  Answer send(const Server& server, const std::string& method, const std::string& path) const {
    return server.send(method, path, shop_.service_token());
  }
  Answer erase(const Server& server, const TenantId& tenant) const {
    return send(server, "DELETE", "/api/v1/tenants/" + tenant.str());
  }
  /// Of every table of every service.
  std::vector<std::string> digests() {
    std::vector<std::string> all;
    for (const auto& [service, table] : kTables) {
      all.push_back(table + " " + shop_.databases().digest(shop_.database(service), table));
    }
    return all;
  }
  std::string of_job(const Answer& answer, const std::string& column) {
    return shop_.databases().value(shop_.database("control"),
                                   fmt::format("SELECT {}::text FROM tenure.deletion_jobs WHERE id = '{}'", column,
                                               answer.body.at("job_id").get<std::string>()));
  }

  const std::vector<std::pair<std::string, std::string>> kTables{
      {"accounts", "tenants"}, {"orders", "orders"}, {"orders", "order_items"}, {"crm", "contacts"}};
  Shop shop_;
  const std::string estate_;
};

TEST_F(Rollback, FailureOfOneServiceBringsTheOthersRowsBack) {
  const auto tenant = shop_.add_tenant("Forn Vell");
  shop_.add_tenant("Neighbour");
  shop_.databases().run(shop_.database("crm"), "CREATE TABLE of_nobody (id integer PRIMARY KEY)");
  const auto before = digests();
  auto server = shop_.serve(estate_);
  const auto answer = erase(server, tenant);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body["status"], "rolled_back") << answer;
  EXPECT_EQ(answer.body["service_results"]["orders"]["status"], "compensated");
  EXPECT_EQ(answer.body["service_results"]["accounts"]["status"], "skipped");
  EXPECT_THAT(of_job(answer, "array_to_string(error_log, ' ')"), HasSubstr("of_nobody"));
  EXPECT_EQ(digests(), before);

  // Once the rule is there, the same order is carried out.
  shop_.databases().run(shop_.database("crm"), "DROP TABLE of_nobody");
  const auto again = erase(server, tenant);
  EXPECT_EQ(again.body["status"], "completed") << again;
  EXPECT_EQ(again.body["total_items_deleted"], 5);
  EXPECT_EQ(shop_.count("orders", "orders", tenant), 0);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Rollback, CompletedDeletionComesBackWithinItsRetention) {
  const auto tenant = shop_.add_tenant("Forn Vell");
  shop_.add_tenant("Neighbour");
  const auto before = digests();
  auto server = shop_.serve(estate_);
  const auto erased = erase(server, tenant);
  ASSERT_EQ(erased.body["status"], "completed") << erased;
  ASSERT_NE(digests(), before);
  const auto job = "/api/v1/auth/deletion-jobs/" + erased.body["job_id"].get<std::string>();
  const auto restored = send(server, "POST", job + "/restore");
  EXPECT_EQ(restored.status, 202) << restored;
  shop_.databases().wait_until(
      shop_.database("control"),
      fmt::format("(SELECT status = 'rolled_back' FROM tenure.deletion_jobs WHERE tenant_id = '{}')", tenant.str()));
  EXPECT_EQ(digests(), before);
  EXPECT_EQ(server.stop(), 0);
}

// Such as a disk that is not mounted: noticed before anything is deleted.
TEST_F(Rollback, FolderOfArchivesThatIsNotThereStopsTheServerAtItsStart) {
  std::filesystem::remove(shop_.folder() / "archive");
  const auto refused = run_tenure({"serve", "--estate", estate_, "--listen", "127.0.0.1:0"}, shop_.environment());
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("archive.directory"));
}

}  // namespace
}  // namespace tenure::e2e
