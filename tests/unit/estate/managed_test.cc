#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// Managed tenants, users of either kind, and limits as they are read from a valid file (B5, B6, B8, B9).
namespace tenure::estate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// The database of the service with managed tenants, described by `lines` besides its URL.
Database tenancy_database(const std::string& lines) {
  const auto estate = read("estate: e\ntenants: {service: orders, managed: true}\nservices:\n  orders:\n" +
                           std::string("    database: postgresql://db/orders\n") + lines);
  return std::get<Database>(estate.services.front().source);
}

const TableRule kTenantsRule{.table = "tenancy.tenants", .line = 2, .tenant_column = "id"};
const TableRule kInvitationsRule{
    .table = "tenancy.invitations", .line = 2, .user = UserRule{"invited_by", UserAction::set_null}};

// B5, B8
TEST(ManagedTenants, AreInSchemaTenancyForThirtyDays) {
  const auto estate = read(with_database("") + "tenants: {service: orders, managed: true}\n");
  EXPECT_EQ(estate.tenants, (TenantRecord{.service = "orders", .table = "tenancy.tenants", .is_managed = true}));
  EXPECT_EQ(estate.tenants->id_column, "id");
  EXPECT_EQ(estate.tenants->name_column, "name");
  EXPECT_EQ(estate.tenants->soft_delete_window, 30 * 24h);
}

// B8, D9
TEST(ManagedTenants, MayStayLongerAndHaveHostNames) {
  const auto estate = read(with_database("") +
                           "tenants: {service: orders, managed: true, soft_delete: 90d, base_domains: [bakery.example, "
                           "localhost]}\n");
  EXPECT_EQ(estate.tenants->soft_delete_window, 90 * 24h);
  EXPECT_THAT(estate.tenants->base_domains, ElementsAre("bakery.example", "localhost"));
}

// B5
TEST(ManagedTenants, GiveTheirServiceTheSchemaAndItsRules) {
  const auto database = tenancy_database("");
  EXPECT_THAT(database.schemas, ElementsAre("tenancy"));
  EXPECT_THAT(database.tables, ElementsAre(kTenantsRule, kInvitationsRule));
}

TEST(ManagedTenants, ComeBesideTheSchemasThatTheFileNames) {
  EXPECT_THAT(tenancy_database("    schemas: [public, billing]\n").schemas,
              ElementsAre("public", "billing", "tenancy"));
  EXPECT_THAT(tenancy_database("    schemas: [tenancy, public]\n").schemas, ElementsAre("tenancy", "public"));
}

TEST(ManagedTenants, LeaveTheFilesOwnRulesAsTheyAre) {
  const auto database = tenancy_database(R"(    tables:
      tenants: {tenant_column: id, user: {column: owner_id, action: delete}}
      tenancy.invitations: {user: {column: invited_by, action: delete}}
)");
  ASSERT_EQ(database.tables.size(), 2U);
  EXPECT_EQ(database.tables[0].user, (UserRule{"owner_id", UserAction::delete_rows}));
  EXPECT_EQ(database.tables[1].user, (UserRule{"invited_by", UserAction::delete_rows}));
}

TEST(ManagedTenants, TableOfTheSameNameInAnotherSchemaIsAnother) {
  const auto database = tenancy_database("    schemas: [public, tenancy]\n    tables: {tenants: {keep: \"of old\"}}\n");
  EXPECT_THAT(database.tables, ElementsAre(kTenantsRule, kInvitationsRule,
                                           TableRule{.table = "tenants", .line = 7, .keep_reason = "of old"}));
}

TEST(ManagedTenants, ChangeNoOtherService) {
  const auto estate = read(with_database("  sales: {database: a}\n") + "tenants: {service: orders, managed: true}\n");
  EXPECT_EQ(std::get<Database>(estate.services[1].source).schemas, std::vector<std::string>{"public"});
  EXPECT_THAT(std::get<Database>(estate.services[1].source).tables, IsEmpty());
}

TEST(ManagedTenants, AreNotThoseOfSomebodyElsesTable) {
  const auto estate = read(with_database("") + "tenants: {service: orders, table: t, managed: false}\n");
  EXPECT_EQ(estate.tenants, (TenantRecord{.service = "orders", .table = "t"}));
  EXPECT_THAT(std::get<Database>(estate.services[0].source).tables, IsEmpty());
}

// B6
TEST(Users, AreManagedOnRequestOnly) {
  EXPECT_FALSE(read(with_database("")).has_managed_users);
  EXPECT_FALSE(read(with_database("") + "users: {managed: false}\n").has_managed_users);
  const auto estate = read(with_database("") + "users: {managed: true}\n");
  EXPECT_TRUE(estate.has_managed_users);
  EXPECT_FALSE(estate.identity_provider.has_value());
  EXPECT_TRUE(estate.pseudonym_key.empty());
}

// B6
TEST(Users, MayBeThoseOfAProvider) {
  const auto users = R"(users:
  identity_provider:
    issuer: https://id.example
    jwks: https://id.example/keys
    audience: bakery
)";
  auto provider = read(with_database("") + users).identity_provider;
  EXPECT_EQ(provider, (IdentityProvider{.issuer = "https://id.example",
                                        .jwks_url = "https://id.example/keys",
                                        .audience = "bakery",
                                        .user_claim = "sub",
                                        .platform_admin_claim = "",
                                        .line = 6}));
  provider =
      read(with_database("") + users + "    user_claim: uid\n    platform_admin_claim: roles\n").identity_provider;
  EXPECT_EQ(provider->user_claim, "uid");
  EXPECT_EQ(provider->platform_admin_claim, "roles");
}

// B9
TEST(Limits, AreThoseOfTheFileOrTheUsualOnes) {
  EXPECT_EQ(read(with_database("")).limits, RequestLimits());
  const auto estate =
      read(with_database("") + "limits: {requests_per_second: 0.5, burst: 1, logins_per_minute: 600}\n");
  EXPECT_EQ(estate.limits, (RequestLimits{.requests_per_second = 0.5, .burst = 1, .logins_per_minute = 600}));
  EXPECT_EQ(read(with_database("") + "limits: {burst: 50}\n").limits, (RequestLimits{.burst = 50}));
  const auto proxies = read(with_database("") + "limits: {trusted_proxies: [10.0.0.0/8, \"::1\"]}\n").limits;
  EXPECT_THAT(proxies.trusted_proxies, ElementsAre(*Network::parse("10.0.0.0/8"), *Network::parse("::1")));
}

}  // namespace
}  // namespace tenure::estate
