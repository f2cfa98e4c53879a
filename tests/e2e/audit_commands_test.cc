#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/ids.h"
#include "tests/e2e/managed_shop.h"

// Spec E6: the audit log of a running estate, from the command line and over HTTP.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class AuditCommands : public ManagedShop {
 protected:
  /// One with its data, of an owner of its own.
  TenantId erased_tenant() {
    const auto owner = people().person("owner." + Uuid::random().str());
    const auto tenant = tenant_with_data(owner, "Forn Vigilat");
    const auto erased = people().as(owner, "DELETE", tenant_path(tenant), {{"confirm", "Forn Vigilat"}});
    EXPECT_EQ(erased.status, 200) << erased;
    owner_ = owner;
    return tenant;
  }
  test::Finished audit(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "audit");
    arguments.insert(arguments.end(), {"--estate", estate()});
    return run_tenure(std::move(arguments), shop_.environment());
  }
  json verified(std::vector<std::string> arguments, int status) const {
    arguments.insert(arguments.begin(), {"verify", "--json"});
    const auto done = audit(std::move(arguments));
    EXPECT_EQ(done.status, status) << done.errors << done.output;
    return json::parse(done.output, nullptr, false);
  }
  void tamper(const std::string& script) {
    databases_.run(control_, "SET session_replication_role = replica; " + script);
  }

  UserId owner_ = UserId::random();
};

TEST_F(AuditCommands, ListATenantsLifeToItsEnd) {
  const auto tenant = erased_tenant();
  const auto listed = audit({"list", "--json", "--tenant", tenant.str()});
  ASSERT_EQ(listed.status, 0) << listed.errors;
  std::vector<std::string> told;
  const auto entries = json::parse(listed.output)["entries"];
  for (const auto& entry : entries) told.push_back(entry["action"].get<std::string>());
  for (const auto* action :
       {"tenant_created", "deletion_pending", "deletion_running", "deletion_verifying", "deletion_completed"}) {
    EXPECT_THAT(told, Contains(action));
  }
  EXPECT_THAT(entries.dump(), AllOf(HasSubstr("user/" + owner_.str()), Not(HasSubstr(tenant.str()))));

  const auto completed = std::ranges::find(told, "deletion_completed") - told.begin();
  const auto& job = entries.at(static_cast<std::size_t>(completed))["job_id"];
  const auto over_http = people().as_service("GET", "/api/v1/audit?limit=1&job_id=" + job.get<std::string>());
  ASSERT_EQ(over_http.status, 200) << over_http;
  EXPECT_EQ(over_http.body["entries"].size(), 1U);
  EXPECT_FALSE(over_http.body["next_cursor"].is_null());
  const auto none = audit({"list", "--json", "--since", "2199-01-01T00:00:00Z"});
  EXPECT_EQ(json::parse(none.output)["entries"], json::array()) << none.errors;
  EXPECT_THAT(audit({"list"}).output, HasSubstr("deletion_completed"));
}

TEST_F(AuditCommands, TellOfPeoplesDecisions) {
  const auto owner = people().person("owner." + Uuid::random().str());
  const auto heir = people().person("heir." + Uuid::random().str());
  const auto tenant = tenant_with_data(owner, "Forn Decidit");
  people().join(tenant, heir, "admin");
  EXPECT_EQ(
      people().as(owner, "POST", tenant_path(tenant, "transfer-ownership"), {{"new_owner_id", heir.str()}}).status,
      200);
  for (const auto* part : {"suspend", "activate"})
    EXPECT_LT(people().as_service("POST", tenant_path(tenant, part)).status, 300);
  EXPECT_EQ(
      people().as_service("POST", "/api/v1/legal-holds", {{"tenant_id", tenant.str()}, {"reason", "a case"}}).status,
      201);
  EXPECT_EQ(people().as_service("POST", "/api/v1/legal-holds/" + tenant.str() + "/release").status, 200);
  const auto later = people().as_service("POST", "/api/v1/auth/deletion-jobs",
                                         {{"tenant_id", tenant.str()}, {"run_at", "2198-01-01T00:00:00Z"}});
  ASSERT_LT(later.status, 300) << later;
  const auto job = "/api/v1/auth/deletion-jobs/" + later.body["job_id"].get<std::string>();
  EXPECT_EQ(people().as_service("PATCH", job, {{"priority", 3}}).status, 200);
  EXPECT_EQ(people().as_service("POST", job + "/cancel").status, 200);
  std::vector<std::string> told;
  const auto entries = people().as_service("GET", "/api/v1/audit?tenant_id=" + tenant.str()).body["entries"];
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) told.push_back((*entry)["action"]);
  // What happens in two databases is sealed in the order in which it is found.
  std::ranges::sort(told);
  EXPECT_EQ(told, (std::vector<std::string>{"cancellation_ordered", "deletion_cancelled", "deletion_rescheduled",
                                            "deletion_scheduled", "hold_placed", "hold_released", "member_added",
                                            "ownership_transferred", "tenant_activated", "tenant_created",
                                            "tenant_suspended"}));
}

TEST_F(AuditCommands, VerifyAgainstACheckpointThatWasKeptElsewhere) {
  erased_tenant();
  const auto kept = (shop_.folder() / "checkpoints.jsonl").string();
  ASSERT_EQ(audit({"checkpoint", "--out", kept}).status, 0);
  const auto good = verified({"--checkpoint", kept}, 0);
  EXPECT_EQ(good["good"], true);
  EXPECT_EQ(good["covered"], good["entries"]);
  EXPECT_THAT(audit({"verify"}).output, HasSubstr("follow one from the other"));

  const auto public_key = run_tenure({"key", "evidence", "--estate", estate()}, shop_.environment());
  std::ofstream(shop_.folder() / "public.pem") << public_key.output;
  verified({"--checkpoint", kept, "--key", (shop_.folder() / "public.pem").string()}, 0);

  tamper("DELETE FROM tenure.audit_checkpoints; DELETE FROM tenure.audit_entries WHERE sequence > 3");
  verified({}, 0);
  const auto cut = verified({"--checkpoint", kept}, 1);
  EXPECT_EQ(cut["first_wrong"], 4);
  EXPECT_THAT(audit({"verify", "--checkpoint", kept}).output, HasSubstr("from entry 4 on"));
  tamper("UPDATE tenure.audit_entries SET action = 'hold_placed' WHERE sequence = 2");
  EXPECT_EQ(verified({}, 1)["first_wrong"], 2);
}

TEST_F(AuditCommands, RefuseWhatIsNoCheckpointAndNoKey) {
  const auto file = (shop_.folder() / "nothing.txt").string();
  std::ofstream(file) << "nothing";
  for (const auto& wrong : {audit({"verify", "--checkpoint", file}), audit({"verify", "--key", file}),
                            audit({"verify", "--checkpoint", file + ".gone"}), audit({"list", "--since", "yesterday"}),
                            audit({"list", "--tenant", "x"})}) {
    EXPECT_NE(wrong.status, 0);
    EXPECT_NE(wrong.status, 1) << "that would say that the log is wrong";
    EXPECT_THAT(wrong.errors, HasSubstr("tenure: "));
  }
}

// Nothing is lost with the process, and nothing is there twice.
TEST_F(AuditCommands, OfAServerThatIsKilledBeforeItSealsGoOnWithTheNext) {
  auto blocking = databases_.connect(control_);
  blocking.run_script(sql_of_test("BEGIN; SELECT pg_advisory_xact_lock(hashtext('tenure.audit_chain'))"));
  erased_tenant();
  EXPECT_GT(databases_.count(control_, "tenure.audit_notes"), 0);
  kill();
  blocking.run_script(sql_of_test("ROLLBACK"));
  start();
  databases_.wait_until(control_, "NOT EXISTS (SELECT FROM tenure.audit_notes)");
  databases_.wait_until(accounts_, "NOT EXISTS (SELECT FROM tenure.audit_notes)");
  EXPECT_EQ(databases_.count(control_, "tenure.audit_entries", "r.action = 'deletion_completed'"), 1);
  EXPECT_EQ(verified({}, 0)["good"], true);
  EXPECT_EQ(server_->stop(), 0);
  EXPECT_THAT(server_->errors(), HasSubstr("audit_checkpoint")) << "a stop signs what there is";
}

}  // namespace
}  // namespace tenure::e2e
