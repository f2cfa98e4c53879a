#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// D1: a service says how its tenants are kept apart, and where its migrations are.
namespace tenure::estate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Isolation isolation_of(std::string_view lines) {
  return std::get<Database>(read(with_database(lines)).find_service("orders")->source).isolation;
}

std::vector<std::string> problems_with(std::string_view isolation) {
  return problems_of(with_database("    isolation: " + std::string(isolation) + "\n"));
}

TEST(IsolationSection, WithoutOneTenantsAreKeptApartByRows) {
  EXPECT_EQ(isolation_of(""), Isolation{});
  EXPECT_EQ(Isolation{}.model, IsolationModel::rows);
}

TEST(IsolationSection, ASchemaATenantWithEverythingSaid) {
  const auto isolation = isolation_of(
      "    isolation:\n"
      "      model: schema\n"
      "      migrations: migrations\n"
      "      prefix: t_\n"
      "      reference: blueprint\n"
      "      ready: 5\n"
      "      users: none\n");
  EXPECT_EQ(isolation.model, IsolationModel::schema);
  EXPECT_EQ(isolation.migrations, "migrations");
  EXPECT_EQ(isolation.prefix, "t_");
  EXPECT_EQ(isolation.reference, "blueprint");
  EXPECT_EQ(isolation.ready, 5);
  EXPECT_TRUE(isolation.has_no_users);
  EXPECT_EQ(isolation.line, 5);
}

TEST(IsolationSection, ADatabaseATenantIsCalledAfterTheService) {
  const auto isolation = isolation_of("    isolation: {model: database, users: none}\n");
  EXPECT_EQ(isolation.model, IsolationModel::database);
  EXPECT_EQ(isolation.prefix, "orders_");
  EXPECT_EQ(isolation.reference, "orders_reference");
  EXPECT_TRUE(isolation.has_no_users);
  EXPECT_TRUE(isolation.has_spaces());
  const auto named = isolation_of("    isolation: {model: database, prefix: o_, reference: blueprint}\n");
  EXPECT_EQ(named.prefix, "o_");
  EXPECT_EQ(named.reference, "blueprint");
}

TEST(IsolationSection, NamesOfDatabasesThatWouldBeTooLongAreAskedFor) {
  const std::string service =
      "estate: e\nservices:\n  a_service_with_a_name_that_goes_on:\n    database: postgresql://db/a\n    isolation: ";
  EXPECT_THAT(problems_of(service + "{model: database, prefix: a_}\n"),
              ElementsAre(HasSubstr("isolation: needs a prefix and a reference")));
  EXPECT_THAT(problems_of(service + "{model: database, prefix: a_, reference: a_reference}\n"), ElementsAre());
}

TEST(IsolationSection, TwoServicesDoNotMakeDatabasesLikeTheSameOne) {
  EXPECT_THAT(problems_of(with_database("    isolation: {model: database}\n") +
                          "  more:\n    database: postgresql://db/more\n"
                          "    isolation: {model: database, reference: orders_reference}\n"),
              ElementsAre(HasSubstr("more: has the same isolation.reference as orders")));
}

// D10: the role and the setting that an audit holds the tables to.
TEST(IsolationSection, RowsThatTheDatabaseItselfKeepsApart) {
  const auto isolation = isolation_of(
      "    isolation:\n"
      "      model: rows\n"
      "      row_security: {role: orders_app, setting: app.tenant_id}\n");
  ASSERT_TRUE(isolation.row_security);
  EXPECT_EQ(isolation.row_security->role, "orders_app");
  EXPECT_EQ(isolation.row_security->setting, "app.tenant_id");
  EXPECT_FALSE(isolation_of("").row_security);
}

struct Mistake {
  const char* name;
  const char* isolation;
  const char* problem;  ///< after the place
};

class IsolationMistake : public testing::TestWithParam<Mistake> {};

TEST_P(IsolationMistake, IsReported) {
  EXPECT_THAT(problems_with(GetParam().isolation), ElementsAre(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    Isolation, IsolationMistake,
    testing::Values(
        Mistake{"no_model", "{}", "isolation: model is missing"},
        Mistake{"row_security_without_role", "{model: rows, row_security: {setting: a.b}}",
                "isolation.row_security: role is missing"},
        Mistake{"row_security_of_schemas", "{model: schema, row_security: {role: a, setting: a.b}}",
                "isolation.row_security: only tenants that share tables have this"},
        Mistake{
            "setting_without_a_dot", "{model: rows, row_security: {role: a, setting: tenant}}",
            "isolation.row_security.setting: \"tenant\" is not a setting of the application's own, with a dot in it"},
        Mistake{"setting_with_a_quote", "{model: rows, row_security: {role: a, setting: \"a.b'c\"}}",
                "isolation.row_security.setting: "},
        Mistake{"unknown_model", "{model: schemas}",
                "isolation.model: \"schemas\" is not one of rows, schema, database"},
        Mistake{"unknown_key", "{model: schema, migration: m}",
                "isolation.migration: unknown key; did you mean migrations?"},
        Mistake{"prefix_with_a_capital", "{model: schema, prefix: T_}",
                "isolation.prefix: \"T_\" is not the beginning"},
        Mistake{"ready_negative", "{model: schema, ready: -1}", "isolation.ready: \"-1\" is not a whole number"},
        Mistake{"ready_of_rows", "{model: rows, ready: 3}",
                "isolation.ready: only tenants with a schema or a database"},
        Mistake{"users_word", "{model: schema, users: some}", "isolation.users: \"some\" is not"},
        Mistake{"reference_of_postgresql", "{model: schema, reference: pg_x}",
                "isolation.reference: \"pg_x\" is not a name"},
        Mistake{"reference_with_a_capital", "{model: schema, reference: T}",
                "isolation.reference: \"T\" is not a name"},
        Mistake{"reference_taken", "{model: schema, reference: tenure}",
                "isolation.reference: is the name of a schema with another use"},
        Mistake{"reference_shared", "{model: schema, reference: public}",
                "isolation.reference: holds tables that all tenants share"},
        Mistake{"reference_of_rows", "{model: rows, reference: blueprint}",
                "isolation.reference: only tenants with a schema or a database each have this"},
        Mistake{"row_security_of_databases", "{model: database, row_security: {role: a, setting: a.b}}",
                "isolation.row_security: only tenants that share tables have this"},
        Mistake{"migrations_of_databases", "{model: database, migrations: m}",
                "isolation.migrations: is not for tenants with a database each"},
        Mistake{"ready_of_databases", "{model: database, ready: 2}",
                "isolation.ready: is not for tenants with a database each"},
        Mistake{"reference_every_server_has", "{model: database, reference: postgres}",
                "isolation.reference: is the name of a database with another use"}),
    [](const auto& test) { return std::string(test.param.name); });

std::string with_managed_tenants(std::string_view lines) {
  return "estate: e\ntenants: {service: orders, managed: true}\nservices:\n  orders:\n    database: "
         "postgresql://db/orders\n" +
         std::string(lines);
}

TEST(IsolationSection, SharedMigrationsDoNotGoWhereManagedTenantsAre) {
  const auto estate = read(with_managed_tenants("    isolation: {model: schema, migrations: m}\n"));
  EXPECT_THAT(std::get<Database>(estate.find_service("orders")->source).schemas, ElementsAre("public", "tenancy"));
  EXPECT_THAT(problems_of(with_managed_tenants("    schemas: [tenancy, public]\n    isolation: {model: schema}\n")),
              ElementsAre(HasSubstr("isolation: needs another schema than tenancy to come first")));
}

TEST(IsolationSection, OnlyAServiceWithADatabaseHasOne) {
  EXPECT_THAT(problems_of(with_orders("    directory: /d\n    isolation: {model: schema}\n")),
              ElementsAre(HasSubstr("isolation: only a service with a database has this")));
}

}  // namespace
}  // namespace tenure::estate
