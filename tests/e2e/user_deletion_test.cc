#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"
#include "tests/e2e/people.h"

// Deleting a user from everything, in one call (B2, B7, A8).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class UserDeletion : public ::testing::Test {
 protected:
  std::int64_t rows_of(const TenantId& tenant) {
    std::int64_t rows = databases_.count("tenant", "tenancy.tenants", fmt::format("id = '{}'", tenant.str()));
    for (const auto& service : bakery_services()) {
      for (const auto& table : tables_of(service)) {
        rows += databases_.count(service.name, table.name, owned_by(service, table, tenant));
      }
    }
    return rows;
  }
  std::string digest_of(const TenantId& tenant) {
    std::string digests;
    for (const auto& service : bakery_services()) {
      for (const auto& table : tables_of(service)) {
        digests += databases_.digest(service.name, table.name, owned_by(service, table, tenant)) + " ";
      }
    }
    return digests;
  }
  /// An audit entry and a notification of the user in somebody else's tenant.
  void leave_traces(const UserId& user, const TenantId& tenant) {
    databases_.run("orders", fmt::format("INSERT INTO audit_logs (tenant_id, user_id, action, entity_type) VALUES "
                                         "('{}', '{}', 'seen', 'test')",
                                         tenant.str(), user.str()));
    databases_.run("notification",
                   fmt::format("UPDATE notifications SET user_id = '{}' WHERE id = (SELECT id FROM notifications WHERE "
                               "tenant_id = '{}' LIMIT 1)",
                               user.str(), tenant.str()));
  }
  std::int64_t traces_of(const UserId& user) {
    const auto is_theirs = fmt::format("user_id = '{}'", user.str());
    return databases_.count("orders", "audit_logs", is_theirs) +
           databases_.count("notification", "notifications", is_theirs);
  }
  std::string owner_of(const TenantId& tenant) {
    return people_.as_service("GET", tenant_path(tenant)).body.value("owner_id", "nobody");
  }
  std::int64_t memberships_of(const UserId& user) {
    return databases_.count("tenant", "tenancy.tenant_members", fmt::format("user_id = '{}'", user.str()));
  }
  static const json& owned(const Answer& job, const TenantId& tenant) {
    const auto& all = job.body.at("owned_tenants");
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const json& one) { return one.at("tenant_id") == tenant.str(); });
    if (found == all.end()) throw std::runtime_error("no such tenant in " + all.dump());
    return *found;
  }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  People people_{bakery_.server(), databases_, "control", bakery_.keys()};
};

// The last admin of one tenant with data in all services, a plain member of a second, an admin beside the owner of a
// third, and the owner beside an admin of a fourth.
TEST_F(UserDeletion, ComesOutRightInEveryTenantInOneCallAndRunTwiceIsHarmless) {
  const auto ana = people_.person("ana");
  const auto ben = people_.person("ben");
  const auto seeded = bakery_.take_tenant();
  const auto& alone = seeded.id;
  // The seeded tenant becomes Ana's, who is then its only admin.
  people_.join(alone, ana, "admin");
  ASSERT_EQ(people_.as_service("POST", tenant_path(alone, "transfer-ownership"), {{"new_owner_id", ana.str()}}).status,
            200);
  const auto members = people_.as_service("GET", tenant_path(alone, "members"));
  for (const auto& member : members.body["members"]) {
    if (member["role"] != "admin") continue;
    const auto path = tenant_path(alone, "members/" + member["user_id"].get<std::string>());
    ASSERT_EQ(people_.as(ana, "PATCH", path, {{"role", "manager"}}).status, 200);
  }
  const auto as_member = people_.tenant(ben, "Ana Is a Member");
  people_.join(as_member, ana, "member");
  const auto beside = people_.tenant(ben, "Ana Is an Admin");
  people_.join(beside, ana, "admin");
  const auto shared = people_.tenant(ana, "Ana Is the Owner");
  people_.join(shared, ben, "admin");
  const auto neighbour = bakery_.take_tenant();
  leave_traces(ana, neighbour.id);
  ASSERT_EQ(traces_of(ana), 2);
  const auto invited = people_.as_service("POST", tenant_path(as_member, "invitations"),
                                          {{"email", People::address_of("ana")}, {"role", "manager"}});
  ASSERT_EQ(invited.status, 201) << invited;
  const auto bystander = digest_of(Bakery::instance().neighbour().id);
  ASSERT_GT(rows_of(alone), 400);
  const auto token = people_.token_of(ana);
  const auto path = "/api/v1/auth/users/" + ana.str();

  const auto preview = people_.as_service("GET", path + "/deletion-preview");
  ASSERT_EQ(preview.status, 200) << preview;
  EXPECT_EQ(preview.body["memberships"], 4);
  EXPECT_EQ(owned(preview, alone)["outcome"], "delete");
  EXPECT_EQ(owned(preview, shared)["new_owner_id"], ben.str());

  const auto admin =
      people_.as_service("POST", "/api/v1/auth/users",
                         {{"email", "root@people.example"}, {"full_name", "Root"}, {"is_platform_admin", true}});
  const auto root = UserId::parse(admin.body.at("user_id").get<std::string>());
  const auto erased = people_.as(root, "DELETE", path);
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["status"], "completed");
  EXPECT_EQ(erased.body["user_id"], ana.str());
  EXPECT_EQ(erased.body["tenant_id"], json());
  EXPECT_EQ(erased.body["initiated_by"], root.str());
  ASSERT_EQ(erased.body["owned_tenants"].size(), 2U);
  EXPECT_EQ(owned(erased, alone)["outcome"], "deleted");
  EXPECT_EQ(owned(erased, alone)["status"], "done");
  EXPECT_EQ(owned(erased, shared)["outcome"], "transferred");
  EXPECT_EQ(owned(erased, shared)["new_owner_id"], ben.str());
  EXPECT_EQ(owned(erased, shared)["status"], "done");
  // The tenant left behind is gone with everything in it, by a job of its own.
  EXPECT_EQ(rows_of(alone), 0);
  const auto deletion = people_.as_service(
      "GET", "/api/v1/auth/deletion-jobs/" + owned(erased, alone)["deletion_job_id"].get<std::string>());
  EXPECT_EQ(deletion.body["status"], "completed") << deletion;
  EXPECT_EQ(deletion.body["tenant_name"], seeded.name);
  EXPECT_EQ(deletion.body["services_completed"], 13);

  EXPECT_EQ(owner_of(shared), ben.str());
  EXPECT_EQ(owner_of(as_member), ben.str());
  EXPECT_EQ(owner_of(beside), ben.str());
  EXPECT_EQ(memberships_of(ana), 0);
  EXPECT_EQ(memberships_of(ben), 3);
  EXPECT_EQ(databases_.count("tenant", "tenancy.invitations", "email = 'ana@people.example'"), 0);
  EXPECT_EQ(traces_of(ana), 0);
  EXPECT_EQ(digest_of(Bakery::instance().neighbour().id), bystander);
  EXPECT_EQ(people_.as_service("GET", path).status, 404);
  EXPECT_EQ(bakery_.server().send("GET", "/api/v1/auth/me", token).status, 401);
  EXPECT_EQ(databases_.count("control", "identity.sessions", fmt::format("user_id = '{}'", ana.str())), 0);
  EXPECT_EQ(databases_.count("control", "tenure.outbox",
                             fmt::format("r.topic = 'user.deleted' AND r::text LIKE '%{}%'", ana.str())),
            1);

  const auto again = people_.as(root, "DELETE", path);
  EXPECT_EQ(again.status, 404) << again;
  EXPECT_THAT(again.detail(), HasSubstr("user_id: "));
  EXPECT_EQ(databases_.count("control", "tenure.deletion_jobs", fmt::format("user_id = '{}'", ana.str())), 1);
  EXPECT_EQ(owner_of(shared), ben.str());
}

// B7: one's own account, with the password again.
TEST_F(UserDeletion, PersonDeletesTheirOwnAccountWithThePassword) {
  const auto& server = bakery_.server();
  const json person = {{"email", "own@people.example"}, {"password", "correct horse battery"}};
  auto registration = person;
  registration["full_name"] = "Own Account";
  ASSERT_EQ(server.send("POST", "/api/v1/auth/register", Secret(), {}, registration).status, 202);
  const auto logged_in = server.send("POST", "/api/v1/auth/login", Secret(), {}, person);
  ASSERT_EQ(logged_in.status, 200) << logged_in;
  const Secret token(logged_in.body["access_token"].get<std::string>());
  const auto made = server.send("POST", "/api/v1/tenants", token, {}, {{"name", "Own Shop"}});
  ASSERT_EQ(made.status, 201) << made;
  const auto shop = TenantId::parse(made.body["tenant_id"].get<std::string>());
  const auto heir = people_.person("heir");
  people_.join(shop, heir, "admin");

  const auto without = server.send("DELETE", "/api/v1/auth/me/account", token, {}, json());
  EXPECT_EQ(without.status, 400) << without;
  EXPECT_EQ(without.detail(), "password: missing");
  const auto wrong = server.send("DELETE", "/api/v1/auth/me/account", token, {}, {{"password", "another horse"}});
  EXPECT_EQ(wrong.status, 403) << wrong;
  EXPECT_EQ(wrong.detail(), "password: wrong");
  EXPECT_EQ(server.send("GET", "/api/v1/auth/me", token).status, 200);
  EXPECT_EQ(owner_of(shop), made.body["owner_id"]);

  const auto erased =
      server.send("DELETE", "/api/v1/auth/me/account", token, {}, {{"password", "correct horse battery"}});
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["status"], "completed");
  EXPECT_EQ(owned(erased, shop)["new_owner_id"], heir.str());
  EXPECT_EQ(owner_of(shop), heir.str());
  EXPECT_EQ(server.send("GET", "/api/v1/auth/me", token).status, 401);
  EXPECT_EQ(server.send("POST", "/api/v1/auth/login", Secret(), {}, person).status, 401);
  const json refresh = {{"refresh_token", logged_in.body["refresh_token"]}};
  EXPECT_EQ(server.send("POST", "/api/v1/auth/refresh", Secret(), {}, refresh).status, 401);
}

// B2
TEST_F(UserDeletion, MembershipsAloneAreListedAndRemovedByAService) {
  const auto ana = people_.person("memberships.ana");
  const auto ben = people_.person("memberships.ben");
  const auto own = people_.tenant(ana, "Own");
  const auto bens = people_.tenant(ben, "Ben's");
  people_.join(bens, ana, "manager");
  const auto path = "/api/v1/tenants/user/" + ana.str() + "/memberships";
  EXPECT_EQ(people_.as(ana, "GET", path).status, 403);
  EXPECT_EQ(people_.as(ana, "DELETE", path).status, 403);
  const auto listed = people_.as_service("GET", path);
  ASSERT_EQ(listed.body["memberships"].size(), 2U) << listed;
  EXPECT_EQ(listed.body["memberships"][0]["tenant_id"], own.str());
  EXPECT_EQ(listed.body["memberships"][0]["role"], "owner");
  EXPECT_EQ(listed.body["memberships"][1]["tenant_id"], bens.str());
  EXPECT_EQ(listed.body["memberships"][1]["role"], "manager");
  const auto removed = people_.as_service("DELETE", path);
  ASSERT_EQ(removed.status, 200) << removed;
  EXPECT_EQ(removed.body["removed"], 1);
  EXPECT_EQ(removed.body["memberships"][0]["status"], "failed");
  EXPECT_THAT(removed.body["memberships"][0]["error"].get<std::string>(), HasSubstr("owner"));
  EXPECT_EQ(removed.body["memberships"][1]["status"], "removed");
  EXPECT_EQ(owner_of(own), ana.str());
  EXPECT_EQ(memberships_of(ana), 1);
  EXPECT_EQ(people_.as(ana, "GET", tenant_path(bens)).status, 403);
}

}  // namespace
}  // namespace tenure::e2e
