#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/managed_shop.h"

// Deletions that are cut short or fail, and what is kept of them (B1, B7, C1, C5).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class DeletionRecovery : public ManagedShop {
 protected:
  DeletionRecovery() {
    databases_.run(
        control_,
        "CREATE TABLE transitions (number bigint GENERATED ALWAYS AS IDENTITY, job uuid, status text);"
        "CREATE FUNCTION note_transition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN "
        "INSERT INTO public.transitions (job, status) VALUES (NEW.id, NEW.status); END IF; RETURN NULL; END $$;"
        "CREATE TRIGGER note AFTER INSERT OR UPDATE ON tenure.deletion_jobs FOR EACH ROW EXECUTE FUNCTION "
        "note_transition()");
  }

  std::string transitions_of(const std::string& job) {
    return databases_.value(
        control_, "SELECT string_agg(status, ' ' ORDER BY number) FROM transitions WHERE job = '" + job + "'");
  }
  Answer job(const std::string& id) { return people().as_service("GET", "/api/v1/auth/deletion-jobs/" + id); }

  const UserId ana_ = people().person("ana");
  const TenantId alone_ = tenant_with_data(ana_, "Alone");
  const std::string user_path_ = "/api/v1/auth/users/" + ana_.str();
};

TEST_F(DeletionRecovery, TransitionsOfAJobAreRecordedOneByOne) {
  const auto erased = people().as_service("DELETE", user_path_);
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(transitions_of(erased.body["job_id"]), "pending running verifying completed");
  const auto tenants_job = erased.body["owned_tenants"][0]["deletion_job_id"].get<std::string>();
  EXPECT_THAT(transitions_of(tenants_job), HasSubstr("running verifying completed"));
  EXPECT_EQ(data_of(alone_), 0);
}

// The server is killed while the tenant that goes with its owner is being erased.
TEST_F(DeletionRecovery, UsersDeletionThatWasKilledGoesOnAfterARestart) {
  const auto ben = people().person("ben");
  const auto shared = people().tenant(ana_, "Shared");
  people().join(shared, ben, "admin");
  auto locked = lock("orders", "orders");
  const auto accepted = people().as_service("DELETE", user_path_, nullptr, {"Prefer: respond-async"});
  ASSERT_EQ(accepted.status, 202) << accepted;
  const auto id = accepted.body["job_id"].get<std::string>();
  databases_.wait_until(control_, "(SELECT count(*) FROM tenure.deletion_steps WHERE state = 'done') = 1");
  const auto begun = job(id);
  kill();
  unlock(locked);

  start();
  wait_for_status(id, "completed");
  const auto ended = job(id);
  ASSERT_EQ(ended.body["owned_tenants"].size(), 2U) << ended;
  for (const auto& owned : ended.body["owned_tenants"]) {
    EXPECT_EQ(owned["status"], "done");
    if (owned["tenant_id"] == shared.str()) {
      EXPECT_EQ(owned["new_owner_id"], ben.str());
    } else {
      const auto of_tenant = job(owned["deletion_job_id"]);
      EXPECT_EQ(of_tenant.body["status"], "completed") << of_tenant;
      EXPECT_EQ(of_tenant.body["service_results"]["crm"]["deleted_counts"], (json{{"contacts", 1}}));
      EXPECT_EQ(of_tenant.body["service_results"]["orders"]["deleted_counts"],
                (json{{"orders", 1}, {"order_items", 2}}));
    }
  }
  ASSERT_FALSE(begun.body["owned_tenants"].empty());
  EXPECT_THAT(ended.body["owned_tenants"].dump(),
              HasSubstr(begun.body["owned_tenants"][0]["tenant_id"].get<std::string>()));
  EXPECT_EQ(databases_.count(control_, "tenure.deletion_jobs"), 2) << "nothing was begun twice";
  EXPECT_EQ(data_of(alone_), 0);
  EXPECT_FALSE(has_record(alone_));
  EXPECT_TRUE(has_record(shared));
  EXPECT_EQ(people().as_service("GET", user_path_).status, 404);
  EXPECT_EQ(server_->stop(), 0);
}

TEST_F(DeletionRecovery, ServiceThatFailsLeavesTheJobWithItsFailureAndTheOthersResults) {
  auto locked = lock("crm", "contacts");
  const auto failed = people().as_service("DELETE", user_path_);
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body["status"], "failed") << failed;
  ASSERT_EQ(failed.body["owned_tenants"].size(), 1U);
  EXPECT_EQ(failed.body["owned_tenants"][0]["status"], "failed");
  const auto of_tenant = job(failed.body["owned_tenants"][0]["deletion_job_id"]);
  EXPECT_EQ(of_tenant.body["status"], "failed") << of_tenant;
  EXPECT_EQ(of_tenant.body["service_results"]["crm"]["status"], "failed");
  EXPECT_EQ(of_tenant.body["service_results"]["crm"]["errors"].size(), 1U);
  EXPECT_EQ(of_tenant.body["service_results"]["orders"]["status"], "done");
  EXPECT_EQ(of_tenant.body["service_results"]["orders"]["deleted_counts"], (json{{"orders", 1}, {"order_items", 2}}));
  EXPECT_EQ(of_tenant.body["service_results"]["accounts"]["status"], "pending");
  EXPECT_TRUE(has_record(alone_)) << "the record goes last";
  const auto account = people().as_service("GET", user_path_);
  EXPECT_EQ(account.body["is_active"], false) << account;

  unlock(locked);
  const auto again = people().as_service("DELETE", user_path_);
  ASSERT_EQ(again.status, 200) << again;
  EXPECT_NE(again.body["job_id"], failed.body["job_id"]);
  EXPECT_EQ(data_of(alone_), 0);
  EXPECT_FALSE(has_record(alone_));
  EXPECT_EQ(people().as_service("GET", user_path_).status, 404);
}

TEST_F(DeletionRecovery, SecondOrderWhileOneRunsIsAConflictThatNamesIt) {
  auto locked = lock("orders", "orders");
  const auto accepted = people().as_service("DELETE", user_path_, nullptr, {"Prefer: respond-async"});
  ASSERT_EQ(accepted.status, 202) << accepted;
  const auto id = accepted.body["job_id"].get<std::string>();
  EXPECT_EQ(accepted.headers.at("location"), "/api/v1/auth/deletion-jobs/" + id);
  const auto refused = people().as_service("DELETE", user_path_);
  EXPECT_EQ(refused.status, 409) << refused;
  EXPECT_THAT(refused.detail(), HasSubstr(id));
  unlock(locked);
  wait_for_status(id, "completed");
}

}  // namespace
}  // namespace tenure::e2e
