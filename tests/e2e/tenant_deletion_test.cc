#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"
#include "tests/e2e/people.h"

// Deleting a tenant with data in all services, as the people of the tenant would (B1, B4, C13).
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;

class TenantDeletion : public ::testing::Test {
 protected:
  /// The seeded people of the tenant with this role.
  std::vector<UserId> people(const TenantId& tenant, const std::string& role) {
    std::vector<UserId> users;
    const auto listed = people_.as_service("GET", tenant_path(tenant, "members"));
    for (const auto& member : listed.body.at("members")) {
      if (member.at("role") == role) users.push_back(UserId::parse(member.at("user_id").get<std::string>()));
    }
    return users;
  }
  std::int64_t rows_of(const TenantId& tenant) {
    std::int64_t rows = databases_.count("tenant", "tenancy.tenants", fmt::format("id = '{}'", tenant.str()));
    for (const auto* table : {"tenant_members", "tenant_settings", "tenant_domains", "subscriptions", "invitations"}) {
      rows +=
          databases_.count("tenant", fmt::format("tenancy.{}", table), fmt::format("tenant_id = '{}'", tenant.str()));
    }
    for (const auto& service : bakery_services()) {
      for (const auto& table : tables_of(service)) {
        rows += databases_.count(service.name, table.name, owned_by(service, table, tenant));
      }
    }
    return rows;
  }
  Answer erase(const UserId& user, const TenantId& tenant, const json& body = nullptr) {
    return people_.as(user, "DELETE", tenant_path(tenant), body);
  }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  People people_{bakery_.server(), databases_, "control", bakery_.keys()};
};

TEST_F(TenantDeletion, IsRefusedBesideOtherAdminsAndWithoutItsNameAndThenLeavesNothing) {
  const auto seeded = bakery_.take_tenant();
  const auto& tenant = seeded.id;
  const auto owner = people(tenant, "owner").at(0);
  const auto admins = people(tenant, "admin");
  ASSERT_FALSE(admins.empty());
  const auto before = rows_of(tenant);
  ASSERT_GT(before, 400);

  // Neither the owner nor an admin alone, as long as there are several; a member never.
  const json named = {{"confirm", seeded.name}};
  const auto refused = erase(owner, tenant, named);
  ASSERT_EQ(refused.status, 409) << refused;
  EXPECT_EQ(refused.type(), "application/problem+json");
  ASSERT_EQ(refused.body["admins"].size(), admins.size());
  for (const auto& other : refused.body["admins"]) {
    EXPECT_EQ(other["role"], "admin");
    EXPECT_THAT(other["email"].get<std::string>(), HasSubstr("@"));
    EXPECT_NE(other["full_name"], "");
  }
  const auto as_admin = erase(admins[0], tenant, named);
  EXPECT_EQ(as_admin.status, 409) << as_admin;
  EXPECT_EQ(as_admin.body["admins"][0]["user_id"], owner.str());
  EXPECT_EQ(as_admin.body["admins"][0]["role"], "owner");
  for (const auto* role : {"manager", "member"}) {
    for (const auto& user : people(tenant, role)) EXPECT_EQ(erase(user, tenant, named).status, 403) << role;
  }

  for (const auto& admin : admins) {
    const auto demoted =
        people_.as(owner, "PATCH", tenant_path(tenant, "members/" + admin.str()), {{"role", "manager"}});
    ASSERT_EQ(demoted.status, 200) << demoted;
  }
  for (const json& body : {json(), json(json::object()), json{{"confirm", ""}}, json{{"confirm", "yes"}}}) {
    const auto unconfirmed = erase(owner, tenant, body);
    EXPECT_EQ(unconfirmed.status, 400) << unconfirmed;
    EXPECT_THAT(unconfirmed.detail(), HasSubstr("confirm: "));
  }
  EXPECT_EQ(rows_of(tenant), before);
  EXPECT_EQ(people_.as(owner, "GET", tenant_path(tenant)).body["status"], "active");

  const auto preview = people_.as(owner, "GET", "/api/v1/deletion-preview/" + tenant.str());
  ASSERT_EQ(preview.status, 200) << preview;
  const auto erased = erase(owner, tenant, named);
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["status"], "completed");
  EXPECT_EQ(erased.body["tenant_name"], seeded.name);
  EXPECT_EQ(erased.body["initiated_by"], owner.str());
  EXPECT_EQ(erased.body["total_items_deleted"], preview.body["total_items"]);
  EXPECT_EQ(erased.body["services_completed"], 13);
  EXPECT_EQ(rows_of(tenant), 0);
  const auto job = erased.body["job_id"].get<std::string>();
  EXPECT_EQ(databases_.count("control", "tenure.outbox",
                             fmt::format("r.topic = 'tenant.deleted' AND r::text LIKE '%{}%'", tenant.str())),
            1);

  // Who ordered it may still read what came of it; a former admin may not. Again it is nobody's, or gone.
  EXPECT_EQ(people_.as(owner, "GET", "/api/v1/auth/deletion-jobs/" + job).body, erased.body);
  EXPECT_EQ(people_.as(admins[0], "GET", "/api/v1/auth/deletion-jobs/" + job).status, 404);
  EXPECT_EQ(erase(owner, tenant, named).status, 403);
  EXPECT_EQ(people_.as_service("DELETE", tenant_path(tenant)).status, 404);
  EXPECT_EQ(databases_.count("control", "tenure.deletion_jobs", fmt::format("tenant_id = '{}'", tenant.str())), 1);
}

// A service has asked whoever had to be asked.
TEST_F(TenantDeletion, ServiceNeedsNeitherNameNorAgreement) {
  const auto tenant = people_.tenant(people_.person("service.owner"), "By a Service");
  people_.join(tenant, people_.person("service.admin"), "admin");
  const auto erased = people_.as_service("DELETE", tenant_path(tenant));
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["initiated_by"], json());
  EXPECT_EQ(erased.body["service_results"]["tenant"]["deleted_counts"]["tenant_members"], 2);
  EXPECT_EQ(rows_of(tenant), 0);
}

// B4
TEST_F(TenantDeletion, AdminsAreListedForEverybodyAndNamedForMembersOnly) {
  const auto owner = people_.person("listed.owner");
  const auto member = people_.person("listed.member");
  const auto tenant = people_.tenant(owner, "Listed");
  people_.join(tenant, member, "readonly");
  const auto path = tenant_path(tenant, "admins");
  for (const auto& listed : {people_.as(member, "GET", path), people_.as_service("GET", path)}) {
    ASSERT_EQ(listed.status, 200) << listed;
    ASSERT_EQ(listed.body["admins"].size(), 1U);
    EXPECT_EQ(listed.body["admins"][0]["user_id"], owner.str());
    EXPECT_EQ(listed.body["admins"][0]["email"], People::address_of("listed.owner"));
    EXPECT_EQ(listed.body["admins"][0]["full_name"], "listed.owner");
  }
  const auto for_stranger = people_.as(people_.person("listed.stranger"), "GET", path);
  ASSERT_EQ(for_stranger.status, 200) << for_stranger;
  ASSERT_EQ(for_stranger.body["admins"].size(), 1U);
  EXPECT_EQ(for_stranger.body["admins"][0]["user_id"], owner.str());
  EXPECT_FALSE(for_stranger.body["admins"][0].contains("email"));
  EXPECT_FALSE(for_stranger.body["admins"][0].contains("full_name"));
}

TEST_F(TenantDeletion, NobodyBecomesOwnerOrMemberWhoHasNoActiveAccount) {
  const auto owner = people_.person("real.owner");
  const auto tenant = people_.tenant(owner, "Real");
  const auto suspended = people_.person("real.suspended");
  ASSERT_EQ(people_.as_service("PATCH", "/api/v1/auth/users/" + suspended.str(), {{"is_active", false}}).status, 200);
  for (const auto& user : {UserId::random(), suspended}) {
    const auto made = people_.as_service("POST", "/api/v1/tenants", {{"name", "Nobody's"}, {"owner_id", user.str()}});
    EXPECT_EQ(made.status, 400) << made;
    EXPECT_THAT(made.detail(), HasSubstr("owner_id: "));
    const auto joined =
        people_.as_service("POST", tenant_path(tenant, "members"), {{"user_id", user.str()}, {"role", "admin"}});
    EXPECT_EQ(joined.status, 400) << joined;
    EXPECT_THAT(joined.detail(), HasSubstr("user_id: "));
  }
  EXPECT_EQ(databases_.count("tenant", "tenancy.tenants", "name = 'Nobody''s'"), 0);
}

}  // namespace
}  // namespace tenure::e2e
