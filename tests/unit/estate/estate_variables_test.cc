#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// Variables in an estate file: named when they are missing, never printed when they are there.
namespace tenure::estate {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(EstateVariables, OneThatIsNotSetIsNamedAtTheLineThatUsesIt) {
  EXPECT_THAT(problems_of(with_orders("    database: ${ORDERS_URL}\n")),
              ElementsAre("estate.yaml:4: services.orders.database: the variable ORDERS_URL is not set"));
}

TEST(EstateVariables, SeveralInOneValueAreAllNamed) {
  EXPECT_THAT(problems_of(with_orders("    directory: ${A}/${B}\n")),
              ElementsAre(HasSubstr("the variable A is not set"), HasSubstr("the variable B is not set")));
}

TEST(EstateVariables, AMalformedOneIsReported) {
  for (const auto* text : {"${A", "${}", "${A-B}", "${A:-x}", "${1A}", "x${ A}"}) {
    EXPECT_THAT(
        problems_of(with_orders("    directory: \"" + std::string(text) + "\"\n")),
        ElementsAre("estate.yaml:4: services.orders.directory: a variable is written ${NAME}, with letters, digits "
                    "and underscores; write $${ for ${ itself"))
        << text;
  }
}

TEST(EstateVariables, AnEmptyValueIsNoValue) {
  EXPECT_THAT(problems_of(with_orders("    database: ${X}\n"), variables_of({{"X", ""}})),
              ElementsAre("estate.yaml:4: services.orders.database: is empty"));
}

// Rollouts of many services begin with the embedded cluster: only what names a database may be left out.
TEST(EstateVariables, WithTheEmbeddedClusterOnlyDatabasesMayLackTheirs) {
  const auto text =
      "estate: e\ncontrol: {database: \"${A}\"}\nservices:\n  s: {database: \"${B}\"}\n  d: {directory: \"${C}\"}\n";
  EXPECT_THAT(problems_of(text, variables_of({}), DatabaseSource::embedded),
              ElementsAre("estate.yaml:5: services.d.directory: the variable C is not set"));
  EXPECT_THAT(problems_of(text), SizeIs(3));
}

TEST(EstateVariables, WithTheEmbeddedClusterAMalformedOneIsReportedStill) {
  EXPECT_THAT(problems_of(with_orders("    database: ${A\n"), variables_of({}), DatabaseSource::embedded), SizeIs(1));
}

TEST(EstateVariables, TheirValuesAreInNoMessage) {
  const auto variables = variables_of({{"V", "hunter2 /@x"}});
  const auto text = R"(estate: e
tenants: {service: "${V}", table: "a.b.${V}", id: "a.${V}"}
users: {managed: "${V}", pseudonym_key: "${V}", identity_provider: {issuer: "${V}", jwks: "${V}"}}
limits: {requests_per_second: "${V}", burst: "${V}", logins_per_minute: "${V}"}
defaults: {timeout: "${V}", last: ["a.b.${V}"], tenant_column: ",${V}"}
services:
  a: {url: "${V}", prefix: "${V}", timeout: "${V}", user_path: "${V}"}
  b:
    database: x
    schemas: [",${V}"]
    tables:
      t: {through: ",${V}", last: "${V}", user: {column: c, action: "${V}"}}
    references: [{from: "${V}", to: "${V}"}]
    outside_rows: [{key: "${V}", action: "${V}"}]
    triggers: [{trigger: "${V}", action: "${V}"}]
)";
  const auto problems = problems_of(text, variables);
  EXPECT_THAT(problems, SizeIs(testing::Ge(23U)));
  EXPECT_THAT(problems, Each(Not(HasSubstr("hunter2"))));
}

TEST(EstateVariables, OfManagedTenantsAreInNoMessageEither) {
  const auto text = R"(estate: e
tenants: {managed: true, service: "${V}", soft_delete: "${V}", base_domains: ["${V}"]}
services: {s: {database: x, schemas: [tenancy]}}
)";
  const auto problems = problems_of(text, variables_of({{"V", "hunter2 /@x"}}));
  EXPECT_THAT(problems, SizeIs(4));
  EXPECT_THAT(problems, Each(Not(HasSubstr("hunter2"))));
}

TEST(EstateVariables, ASecretWrittenIntoTheFileIsInNoMessageEither) {
  EXPECT_THAT(problems_of("estate: e\nusers: {pseudonym_key: hunter2}\nservices: {s: {url: \"http://u:hunter2@h\"}}\n"),
              testing::AllOf(SizeIs(2), Each(Not(HasSubstr("hunter2")))));
}

}  // namespace
}  // namespace tenure::estate
