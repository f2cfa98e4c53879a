#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// What can be wrong with managed tenants, managed users, the provider instead of them, and the limits (B5, B6, B8, B9).
namespace tenure::estate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Mistake {
  const char* name;
  std::string text;
  std::string problem;  ///< as it is reported, after "estate.yaml:"
};

class ManagedMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ManagedMistake, IsReportedAloneWithItsLine) {
  EXPECT_THAT(problems_of(GetParam().text), ElementsAre("estate.yaml:" + GetParam().problem));
}

const auto kName = [](const auto& test) { return std::string(test.param.name); };

const std::string kServices = "estate: e\nservices: {s: {database: postgresql://db/s}}\n";

Mistake tenants(const char* name, const std::string& fields, const std::string& problem) {
  return {name, kServices + "tenants: {service: s, " + fields + "}\n", "3: tenants." + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Tenants, ManagedMistake,
    testing::Values(
        tenants("managed_is_a_word", "table: t, managed: sometimes", "managed: must be true or false"),
        tenants("table", "managed: true, table: tenants",
                "table: contradicts managed: managed tenants are in tenancy.tenants, which Tenure makes"),
        tenants("id", "managed: true, id: key",
                "id: contradicts managed: managed tenants are in tenancy.tenants, which Tenure makes"),
        tenants("name", "managed: true, name: title",
                "name: contradicts managed: managed tenants are in tenancy.tenants, which Tenure makes"),
        tenants("soft_delete_in_hours", "managed: true, soft_delete: 720h",
                "soft_delete: \"720h\" is not a time from 1d to 365d, such as 30d"),
        tenants("soft_delete_of_nothing", "managed: true, soft_delete: 0d",
                "soft_delete: \"0d\" is not a time from 1d to 365d, such as 30d"),
        tenants("soft_delete_of_years", "managed: true, soft_delete: 366d",
                "soft_delete: \"366d\" is not a time from 1d to 365d, such as 30d"),
        tenants("base_domain_in_capitals", "managed: true, base_domains: [Bakery.example]",
                "base_domains[0]: \"Bakery.example\" is not a host name in lower case, such as bakery.example"),
        tenants("base_domain_with_a_port", "managed: true, base_domains: [\"a.b:80\"]",
                "base_domains[0]: \"a.b:80\" is not a host name in lower case, such as bakery.example"),
        tenants("base_domain_twice", "managed: true, base_domains: [a.b, c.d, a.b]", "base_domains[2]: is there twice"),
        tenants("base_domains_are_text", "managed: true, base_domains: a.b", "base_domains: must be a list, not text"),
        tenants("soft_delete_of_others", "table: t, soft_delete: 30d",
                "soft_delete: only managed tenants have this; managed: true is missing"),
        tenants("base_domains_of_others", "table: t, managed: false, base_domains: [a.b]",
                "base_domains: only managed tenants have this; managed: true is missing"),
        Mistake{"nobodys_table", kServices + "tenants: {service: s, managed: false}\n", "3: tenants: table is missing"},
        Mistake{"no_service", kServices + "tenants: {managed: true}\n", "3: tenants: service is missing"},
        Mistake{"unknown_service", kServices + "tenants: {managed: true, service: x}\n",
                "3: tenants.service: there is no service \"x\""},
        Mistake{"service_without_database",
                "estate: e\nservices: {f: {directory: /d}}\ntenants: {managed: true, service: f}\n",
                "3: tenants.service: the service \"f\" has no database"}),
    kName);

const std::string kManaged = "estate: e\ntenants: {service: s, managed: true}\nservices:\n";

INSTANTIATE_TEST_SUITE_P(
    Services, ManagedMistake,
    testing::Values(
        Mistake{"schema_of_another_service",
                kManaged + "  s: {database: a}\n  t: {database: b, schemas: [x, tenancy]}\n",
                "5: services.t.schemas[1]: is the schema of managed tenants, which only the service named by "
                "tenants.service has"},
        Mistake{"kept", kManaged + "  s: {database: a, tables: {tenants: {keep: \"for good\"}}}\n",
                "4: services.s.tables.tenants: must have tenant_column: id, by which managed tenants are erased"},
        Mistake{"by_another_column",
                kManaged + "  s: {database: a, tables: {tenancy.tenants: {tenant_column: owner_id}}}\n",
                "4: services.s.tables.tenancy.tenants: must have tenant_column: id, by which managed tenants are "
                "erased"},
        Mistake{"by_two_names", kManaged + "  s: {database: a, tables: {invitations: {}, tenancy.invitations: {}}}\n",
                "4: services.s.tables.tenancy.invitations: is the same table as on line 4"}),
    kName);

// A company's own schema of this name is its own affair.
TEST(ManagedTenants, OwnTheirSchemaOnlyWhereThereAreAny) {
  const std::string services = "estate: e\nservices: {s: {database: a, schemas: [tenancy]}}\n";
  EXPECT_THAT(problems_of(services), IsEmpty());
  EXPECT_THAT(problems_of(services + "tenants: {service: s, table: tenants}\n"), IsEmpty());
}

Mistake provider(const char* name, const std::string& fields, const std::string& problem) {
  return {name, kServices + "users: {identity_provider: {" + fields + "}}\n", "3: users.identity_provider" + problem};
}

const std::string kIssuer = "issuer: https://id.example, audience: bakery";

INSTANTIATE_TEST_SUITE_P(
    Users, ManagedMistake,
    testing::Values(
        Mistake{"managed_is_text", kServices + "users: {managed: all}\n", "3: users.managed: must be true or false"},
        Mistake{"managed_beside_a_provider",
                kServices + "users:\n  managed: true\n  identity_provider: {jwks: \"https://id.example/k\", " +
                    kIssuer + "}\n",
                "5: users.identity_provider: contradicts managed users: accounts are Tenure's or the provider's, not "
                "both"},
        provider("no_issuer", "jwks: \"https://id.example/k\", audience: bakery", ": issuer is missing"),
        provider("empty_issuer", "jwks: \"https://id.example/k\", audience: bakery, issuer: \"\"", ".issuer: is empty"),
        provider("own_issuer", "jwks: \"https://id.example/k\", audience: bakery, issuer: tenure",
                 ".issuer: is the issuer of Tenure's own tokens"),
        provider("no_keys", kIssuer, ": jwks is missing"),
        provider("keys_in_the_clear", "jwks: \"http://id.example/k\", " + kIssuer,
                 ".jwks: must begin with https://; http:// is for this machine alone"),
        provider("keys_without_path", "jwks: \"https://id.example\", " + kIssuer,
                 ".jwks: must have the path of the set of keys"),
        provider("no_audience", "jwks: \"https://id.example/k\", issuer: a", ": audience is missing"),
        provider("empty_claim", "user_claim: \"\", jwks: \"https://id.example/k\", " + kIssuer,
                 ".user_claim: is empty"),
        provider("unknown_key", "jwk: a, jwks: \"https://id.example/k\", " + kIssuer,
                 ".jwk: unknown key; did you mean jwks?")),
    kName);

Mistake limit(const char* name, const std::string& field, const std::string& problem) {
  return {name, kServices + "limits: {" + field + "}\n", "3: limits." + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Limits, ManagedMistake,
    testing::Values(limit("zero", "requests_per_second: 0", "requests_per_second: \"0\" is not a number above 0"),
                    limit("negative", "burst: -5", "burst: \"-5\" is not a number above 0"),
                    limit("word", "logins_per_minute: many", "logins_per_minute: \"many\" is not a number above 0"),
                    limit("unit", "requests_per_second: 5/s", "requests_per_second: \"5/s\" is not a number above 0"),
                    limit("endless", "burst: .inf", "burst: \".inf\" is not a number above 0"),
                    limit("burst_of_less_than_one", "burst: 0.5",
                          "burst: must be at least 1, or nothing would ever be let through"),
                    limit("less_than_one_login", "logins_per_minute: 0.5",
                          "logins_per_minute: must be at least 1, or nothing would ever be let through"),
                    limit("proxies_in_a_text", "trusted_proxies: 10.0.0.0/8",
                          "trusted_proxies: must be a list, not text"),
                    limit("proxy_by_name", "trusted_proxies: [lb.example]",
                          "trusted_proxies[0]: \"lb.example\" is not an address or a network such as 10.0.0.0/8 or "
                          "2001:db8::/32"),
                    limit("proxies_everywhere", "trusted_proxies: [10.0.0.1, 0.0.0.0/0]",
                          "trusted_proxies[1]: \"0.0.0.0/0\" is not an address or a network such as 10.0.0.0/8 or "
                          "2001:db8::/32"),
                    limit("unknown_key", "bursts: 5", "bursts: unknown key; did you mean burst?")),
    kName);

TEST(ManagedProblems, AreAllReportedAtOnce) {
  EXPECT_THAT(problems_of(R"(estate: e
tenants:
  service: s
  managed: true
  table: tenants
  soft_delete: soon
users: {managed: true, identity_provider: {issuer: a}}
limits: {burst: 0}
services: {s: {database: a}, t: {database: b, schemas: [tenancy]}}
)"),
              ElementsAre(HasSubstr(":5: tenants.table: "), HasSubstr(":6: tenants.soft_delete: "),
                          HasSubstr(":7: users.identity_provider: jwks is missing"),
                          HasSubstr(":7: users.identity_provider: audience is missing"),
                          HasSubstr(":7: users.identity_provider: contradicts"), HasSubstr(":8: limits.burst: "),
                          HasSubstr(":9: services.t.schemas[0]: ")));
}

}  // namespace
}  // namespace tenure::estate
