#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/managed_shop.h"

// Deleting a tenant for a while, restoring it, and the sweep (B8).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class SoftDeletion : public ManagedShop {
 protected:
  /// Every row of schema tenancy.
  std::string all_rows() {
    return databases_.value(
        accounts_,
        "select string_agg(query_to_xml(format('select * from tenancy.%I as r order by r::text', tablename), true, "
        "false, '')::text, '' order by tablename) from pg_tables where schemaname = 'tenancy'");
  }
  Answer soft_delete(const UserId& user, const json& body = {{"confirm", "Forn Vell"}}) {
    return people().as(user, "POST", path_ + "/soft-delete", body);
  }
  void end_window() {
    databases_.run(accounts_,
                   "UPDATE tenancy.tenants SET erase_after = now() - interval '1 second' WHERE erase_after "
                   "IS NOT NULL");
  }
  std::string job_of_tenant() {
    return databases_.value(control_, "SELECT id FROM tenure.deletion_jobs WHERE tenant_id = '" + tenant_.str() + "'");
  }

  const UserId owner_ = people().person("owner");
  const UserId manager_ = people().person("manager");
  const TenantId tenant_ = tenant_with_data(owner_, "Forn Vell");
  const std::string path_ = tenant_path(tenant_);
};

TEST_F(SoftDeletion, LocksEverybodyOutAtOnceAndRestoreBringsBackExactlyEverything) {
  people().join(tenant_, manager_, "manager");
  ASSERT_EQ(people().as(owner_, "POST", path_ + "/domains", {{"domain", "forn.example"}}).status, 201);
  ASSERT_EQ(people().as(owner_, "PUT", path_ + "/settings/colour", {{"value", "red"}}).status, 204);
  ASSERT_EQ(people().as_service("PUT", path_ + "/subscription", {{"plan", "plus"}}).status, 200);
  ASSERT_EQ(
      people().as(owner_, "POST", path_ + "/invitations", {{"email", "new@people.example"}, {"role", "member"}}).status,
      201);
  const auto before = all_rows();
  const auto token = people().token_of(manager_);
  const auto reads = [&](const std::string& path, std::vector<std::string> headers = {}) {
    return server_->send("GET", path, token, std::move(headers)).status;
  };
  const std::vector<std::string> own{path_, path_ + "/members", path_ + "/settings", path_ + "/domains"};
  for (const auto& path : own) ASSERT_EQ(reads(path), 200) << path;

  EXPECT_EQ(soft_delete(manager_).status, 403);
  EXPECT_EQ(soft_delete(owner_, {{"confirm", "forn vell"}}).status, 400);
  EXPECT_EQ(all_rows(), before);
  const auto hidden = soft_delete(owner_);
  ASSERT_EQ(hidden.status, 200) << hidden;
  EXPECT_TRUE(hidden.body["erase_after"].is_string());

  for (const auto& path : own) EXPECT_EQ(reads(path), 404) << path;
  const std::string current = "/api/v1/tenants/current";
  EXPECT_EQ(reads(current), 404);
  EXPECT_EQ(reads(current, {"X-Tenant-ID: " + tenant_.str()}), 404);
  EXPECT_EQ(reads(current, {"Host: forn.example"}), 404);
  EXPECT_EQ(reads(current, {"Host: forn-vell.shop.example"}), 404);
  EXPECT_EQ(server_->send("GET", "/api/v1/tenants", token).body["tenants"], json::array());
  EXPECT_EQ(people().as(owner_, "PATCH", path_, {{"name", "Mine"}}).status, 404);
  EXPECT_EQ(people().as(manager_, "POST", path_ + "/restore").status, 403);
  EXPECT_EQ(data_of(tenant_), 2) << "nothing is deleted yet";

  const auto restored = people().as(owner_, "POST", path_ + "/restore");
  ASSERT_EQ(restored.status, 200) << restored;
  EXPECT_EQ(all_rows(), before);
  for (const auto& path : own) EXPECT_EQ(reads(path), 200) << path;
  EXPECT_EQ(reads(current, {"Host: forn.example"}), 200);
  EXPECT_EQ(people().as(owner_, "POST", path_ + "/restore").status, 409);
}

TEST_F(SoftDeletion, IsRefusedBesideOtherAdmins) {
  people().join(tenant_, manager_, "admin");
  const auto refused = soft_delete(owner_);
  ASSERT_EQ(refused.status, 409) << refused;
  ASSERT_EQ(refused.body["admins"].size(), 1U);
  EXPECT_EQ(refused.body["admins"][0]["email"], People::address_of("manager"));
  EXPECT_EQ(people().as_service("POST", path_ + "/soft-delete").status, 200);
}

TEST_F(SoftDeletion, SweepStartsTheErasureWhenTheWindowHasEndedAndNotBefore) {
  ASSERT_EQ(soft_delete(owner_).status, 200);
  EXPECT_EQ(people().as(owner_, "POST", "/api/v1/tenants/sweep").status, 403);
  const auto early = people().as_service("POST", "/api/v1/tenants/sweep");
  EXPECT_EQ(early.body, (json{{"started", json::array()}, {"errors", json::array()}})) << early;
  end_window();
  EXPECT_EQ(people().as(owner_, "POST", path_ + "/restore").status, 409);
  const auto swept = people().as_service("POST", "/api/v1/tenants/sweep");
  ASSERT_EQ(swept.body["started"].size(), 1U) << swept;
  wait_for_status(swept.body["started"][0], "completed");
  EXPECT_EQ(data_of(tenant_), 0);
  EXPECT_FALSE(has_record(tenant_));
  EXPECT_EQ(people().as_service("POST", "/api/v1/tenants/sweep").body["started"], json::array());
}

// The window ended while no server ran.
TEST_F(SoftDeletion, ServerSweepsByItself) {
  ASSERT_EQ(soft_delete(owner_).status, 200);
  EXPECT_EQ(server_->stop(), 0);
  end_window();
  start();
  databases_.wait_until(accounts_, "(SELECT count(*) FROM tenancy.tenants) = 0");
  EXPECT_EQ(data_of(tenant_), 0);
  wait_for_status(job_of_tenant(), "completed");
}

// Fenced, and the process died before it had made the job: the next one makes it.
TEST_F(SoftDeletion, DeletionThatWasOrderedAndNotBegunIsBegunByTheNextServer) {
  EXPECT_EQ(server_->stop(), 0);
  const auto job = JobId::random();
  databases_.run(accounts_, fmt::format("UPDATE tenancy.tenants SET status = 'deleting', deletion_job_id = '{}' WHERE "
                                        "id = '{}'",
                                        job.str(), tenant_.str()));
  start();
  databases_.wait_until(accounts_, "(SELECT count(*) FROM tenancy.tenants) = 0");
  wait_for_status(job.str(), "completed");
  EXPECT_EQ(data_of(tenant_), 0);
}

}  // namespace
}  // namespace tenure::e2e
