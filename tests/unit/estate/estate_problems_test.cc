#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// "Bad input" of the contract: every mistake in an estate file is named with its line, all of them at once.
namespace tenure::estate {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Mistake {
  const char* name;
  std::string text;
  std::string problem;  ///< as it is reported, after "estate.yaml:"
};

class OneMistake : public testing::TestWithParam<Mistake> {};

TEST_P(OneMistake, IsReportedAloneWithItsLine) {
  const auto problems = problems_of(GetParam().text);
  ASSERT_EQ(problems.size(), 1U) << testing::PrintToString(problems);
  EXPECT_EQ(problems.front(), "estate.yaml:" + GetParam().problem);
}

const auto kName = [](const auto& test) { return std::string(test.param.name); };

const std::string kServices = "services: {s: {database: postgresql://db/s}}\n";

INSTANTIATE_TEST_SUITE_P(
    Document, OneMistake,
    testing::Values(
        Mistake{"root_is_a_list", "- a\n", "1: must be a map, not a list"},
        Mistake{"root_is_text", "hello\n", "1: must be a map, not text"},
        Mistake{"empty_file", "", "1: has no value; expected a map"},
        Mistake{"only_a_comment", "# nothing\n", "1: has no value; expected a map"},
        Mistake{"two_documents", "estate: e\n" + kServices + "---\na: b\n",
                "3: the estate has ended before this: a second document, or a stray , ] or }"},
        Mistake{"not_utf8", "estate: e\n# \xff\n", "2: is not UTF-8 text"},
        Mistake{"surrogate", "estate: \xed\xa0\x80\n", "1: is not UTF-8 text"},
        Mistake{"cut_short", "estate: \xc3", "1: is not UTF-8 text"},
        Mistake{"nul", std::string("estate: e\n#\0\n", 13), "2: holds a NUL character"},
        Mistake{"no_name", kServices, "1: estate is missing"},
        Mistake{"empty_name", "estate: \"\"\n" + kServices, "1: estate: is empty"},
        Mistake{"name_without_value", "estate:\n" + kServices, "1: estate: has no value; expected text"},
        Mistake{"name_is_a_list", "estate: [a]\n" + kServices, "1: estate: must be text, not a list"},
        Mistake{"no_services", "estate: e\n", "1: services is missing"},
        Mistake{"empty_services", "estate: e\nservices: {}\n", "2: services: must have at least one service"},
        Mistake{"services_is_a_list", "estate: e\nservices: [a]\n", "2: services: must be a map, not a list"},
        Mistake{"key_is_a_list", "estate: e\n" + kServices + "? [a, b]\n: c\n", "3: a key must be text"},
        Mistake{"key_twice", "estate: e\n" + kServices + "estate: f\n", "3: estate: is there twice, first on line 1"},
        Mistake{"unknown_key", "estate: e\n" + kServices + "servces: {}\n",
                "3: servces: unknown key; did you mean services?"},
        Mistake{"far_unknown_key", "estate: e\n" + kServices + "x: 1\n",
                "3: x: unknown key; known here: estate, control, tenants, users, limits, archive, evidence, erasure, "
                "broker, "
                "notifications, defaults, services"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Sections, OneMistake,
    testing::Values(Mistake{"control_key", "estate: e\ncontrol: {databas: x}\n" + kServices,
                            "2: control.databas: unknown key; did you mean database?"},
                    Mistake{"tenants_key", "estate: e\n" + kServices + "tenants: {service: s, table: t, nam: n}\n",
                            "3: tenants.nam: unknown key; did you mean name?"},
                    Mistake{"tenants_without_table", "estate: e\n" + kServices + "tenants: {service: s}\n",
                            "3: tenants: table is missing"},
                    Mistake{"tenants_without_service", "estate: e\n" + kServices + "tenants: {table: t}\n",
                            "3: tenants: service is missing"},
                    Mistake{"tenants_unknown_service", "estate: e\n" + kServices + "tenants: {service: x, table: t}\n",
                            "3: tenants.service: there is no service \"x\""},
                    Mistake{"tenants_service_without_database",
                            "estate: e\nservices: {f: {directory: /d}}\ntenants:\n  service: f\n  table: t\n",
                            "4: tenants.service: the service \"f\" has no database"},
                    Mistake{"tenants_bad_column",
                            "estate: e\n" + kServices + "tenants: {service: s, table: t, id: a.b}\n",
                            "3: tenants.id: \"a.b\" is not the name of a column"},
                    Mistake{"short_pseudonym_key", "estate: e\n" + kServices + "users: {pseudonym_key: secret}\n",
                            "3: users.pseudonym_key: must have at least 16 characters"},
                    Mistake{"users_key", "estate: e\n" + kServices + "users: {pseudonym_ke: a}\n",
                            "3: users.pseudonym_ke: unknown key; did you mean pseudonym_key?"},
                    Mistake{"empty_pseudonym_key", "estate: e\n" + kServices + "users: {pseudonym_key: \"\"}\n",
                            "3: users.pseudonym_key: is empty"},
                    Mistake{"defaults_key", "estate: e\n" + kServices + "defaults: {tenant_colum: a}\n",
                            "3: defaults.tenant_colum: unknown key; did you mean tenant_column?"},
                    Mistake{"default_timeout", "estate: e\n" + kServices + "defaults: {timeout: 60}\n",
                            "3: defaults.timeout: \"60\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m"},
                    Mistake{"last_is_text", "estate: e\n" + kServices + "defaults: {last: audit_logs}\n",
                            "3: defaults.last: must be a list, not text"},
                    Mistake{"last_twice", "estate: e\n" + kServices + "defaults: {last: [a, a]}\n",
                            "3: defaults.last[1]: is there twice"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Service, OneMistake,
    testing::Values(
        Mistake{"no_source", with_orders("    prefix: o\n"),
                "3: services.orders: needs one of database, url and directory"},
        Mistake{"two_sources", with_database("    directory: d\n"),
                "3: services.orders: must have one of database, url and directory, not several"},
        Mistake{"no_value", with_orders(""), "3: services.orders: has no value; expected a map"},
        Mistake{"not_a_map", "estate: e\nservices:\n  orders: x\n", "3: services.orders: must be a map, not text"},
        Mistake{"upper_case_name", "estate: e\nservices: {Orders: {database: x, prefix: o}}\n",
                "2: services.Orders: is not a name for a service: a small letter, then at most 62 of a-z, 0-9 and _"},
        Mistake{"hyphen_in_name", "estate: e\nservices: {o-x: {database: x}}\n",
                "2: services.o-x: is not a name for a service: a small letter, then at most 62 of a-z, 0-9 and _"},
        Mistake{"service_twice", with_database("  orders: {database: x}\n"),
                "5: services.orders: is there twice, first on line 3"},
        Mistake{
            "prefix_with_slash", with_database("    prefix: a/b\n"),
            "5: services.orders.prefix: \"a/b\" is not a prefix: a small letter, then at most 62 of a-z, 0-9, _ and -"},
        // Whoever holds a token for Tenure itself may do everything; one for a service goes to that service's address.
        Mistake{"prefix_of_tenures_audience", with_database("    prefix: tenure\n"),
                "3: services.orders: has the prefix tenure, which is Tenure's own; give it another"},
        Mistake{"prefix_of_tenures_paths", with_database("    prefix: auth\n"),
                "3: services.orders: has the prefix auth, which is Tenure's own; give it another"},
        Mistake{"same_prefix", with_database("  sales: {database: x, prefix: orders}\n"),
                "5: services.sales: has the same prefix as orders on line 3"},
        Mistake{"unknown_key", with_database("    timeut: 5s\n"),
                "5: services.orders.timeut: unknown key; did you mean timeout?"},
        Mistake{"zero_timeout", with_database("    timeout: 0s\n"),
                "5: services.orders.timeout: \"0s\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m"},
        Mistake{"database_key_elsewhere", with_orders("    directory: d\n    tables: {}\n"),
                "5: services.orders.tables: only a service with a database has this"},
        Mistake{"empty_schemas", with_database("    schemas: []\n"),
                "5: services.orders.schemas: must name at least one schema"},
        Mistake{"schema_twice", with_database("    schemas:\n      - a\n      - a\n"),
                "7: services.orders.schemas[1]: is there twice"},
        Mistake{"user_path", with_database("    user_path: /user/\n"),
                "5: services.orders.user_path: \"/user/\" is not a path of lower-case words, such as models/user"},
        Mistake{"user_path_of_the_tenant", with_database("    user_path: tenant\n"),
                "5: services.orders.user_path: tenant is the path of the tenant's own routes"},
        Mistake{"database_without_value", with_orders("    database:\n"),
                "4: services.orders.database: has no value; expected text"},
        Mistake{"side_effects", with_database("    side_effects: [a.b.c]\n"),
                "5: services.orders.side_effects[0]: \"a.b.c\" is not a table; write table or schema.table"}),
    kName);

Mistake url(const char* name, const std::string& value, const std::string& problem) {
  return {name, with_orders("    url: \"" + value + "\"\n"), "4: services.orders.url: " + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Url, OneMistake,
    testing::Values(url("no_scheme", "crm.internal", "must begin with http:// or https://"),
                    url("other_scheme", "ftp://crm", "must begin with http:// or https://"),
                    url("no_host", "https://", "has no valid host"),
                    url("only_a_port", "https://:80", "has no valid host"),
                    url("space", "https://a b", "has no valid host"),
                    url("path", "https://crm/api", "must end with the host or the port, without a path"),
                    url("slash", "https://crm/", "must end with the host or the port, without a path"),
                    url("query", "https://crm?a=b", "must not have a query or a fragment"),
                    url("user", "https://u:p@crm", "must not hold a user or a password"),
                    url("port_zero", "https://crm:0", "must have a port from 1 to 65535"),
                    url("port_too_large", "https://crm:65536", "must have a port from 1 to 65535"),
                    url("port_missing", "https://crm:", "must have a port from 1 to 65535"),
                    url("bare_ipv6", "https://::1", "has no valid host")),
    kName);

Mistake table(const char* name, const std::string& rule, const std::string& problem) {
  return {name, with_database("    tables:\n      t: " + rule + "\n"), "6: services.orders.tables.t" + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Table, OneMistake,
    testing::Values(
        table("unknown_key", "{trough: a}", ".trough: unknown key; did you mean through?"),
        table("no_value", "", ": has no value; expected a map"),
        table("keep_and_through", "{keep: why, through: a}",
              ": keep and through contradict each other: a kept table stays whole"),
        table("keep_and_user", "{keep: why, user: {column: a, action: delete}}",
              ": keep and user contradict each other: a kept table stays whole"),
        table("tenant_column_and_through", "{tenant_column: a, through: b}",
              ": tenant_column and through contradict each other: a table is reached in one way"),
        table("keep_without_words", "{keep: true}", ".keep: must say why, in words, not \"true\""),
        table("keep_empty", "{keep: }", ".keep: has no value; expected text"),
        table("keep_rows_without_reason", "{keep_rows: {a: 1}}", ": keep_rows needs a reason"),
        table("reason_alone", "{reason: why}", ": reason belongs to keep_rows, which is missing"),
        table("keep_rows_empty", "{keep_rows: {}, reason: why}", ".keep_rows: must name at least one column"),
        table("keep_rows_list", "{keep_rows: [a], reason: why}",
              ".keep_rows: must be a map of columns to values, not a list"),
        table("condition_list", "{keep_rows: {a: [1]}, reason: why}", ".keep_rows.a: must be text, not a list"),
        table("condition_column", "{keep_rows: {\"a,b\": 1}, reason: why}",
              ".keep_rows.a,b: is not the name of a column"),
        table("last", "{last: yes}", ".last: must be true or false"),
        table("through_empty_list", "{through: []}", ".through: must name at least one key"),
        table("through_twice", "{through: [\"a, b\", \"a,b\"]}", ".through[1]: is there twice"),
        table("through_empty_column", "{through: \"a, \"}",
              ".through: \"a, \" is not a key; write a column, \"column, column\" or the name of a constraint"),
        table("files_without_root", "{files: {column: a}}", ".files: root is missing"),
        table("files_unknown_key", "{files: {column: a, root: b, rot: c}}",
              ".files.rot: unknown key; did you mean root?"),
        table("user_without_action", "{user: {column: a}}", ".user: action is missing"),
        table("user_action", "{user: {column: a, action: remove}}",
              ".user.action: \"remove\" is not one of delete, set_null, pseudonym"),
        table("pseudonym_without_key", "{user: {column: a, action: pseudonym}}",
              ".user.action: pseudonym needs users.pseudonym_key"),
        Mistake{"table_name", with_database("    tables:\n      a.b.c: {}\n"),
                "6: services.orders.tables.a.b.c: is not the name of a table; write table or schema.table"},
        Mistake{"table_twice", with_database("    tables:\n      t: {}\n      u: {}\n      t: {}\n"),
                "8: services.orders.tables.t: is there twice, first on line 6"},
        Mistake{"table_by_two_names", with_database("    tables:\n      t: {}\n      public.t: {}\n"),
                "7: services.orders.tables.public.t: is the same table as on line 6"}),
    kName);

Mistake item(const char* name, const std::string& list, const std::string& text, const std::string& problem) {
  return {name, with_database("    " + list + ":\n      - " + text + "\n"),
          "6: services.orders." + list + "[0]" + problem};
}

const std::string kNotColumns =
    "is not a column of a table; write table.column, schema.table.column or, for several, \"table.(a, b)\"";

INSTANTIATE_TEST_SUITE_P(
    Relation, OneMistake,
    testing::Values(
        item("without_to", "references", "{from: a.b}", ": to is missing"),
        item("without_from", "references", "{to: a.b}", ": from is missing"),
        item("only_a_table", "references", "{from: a, to: b.c}", ".from: \"a\" " + kNotColumns),
        item("columns_without_parentheses", "references", "{from: \"t.a, b\", to: c.d}",
             ".from: \"t.a, b\" " + kNotColumns),
        item("one_column_twice", "references", "{from: \"t.(a, a)\", to: \"u.(a, b)\"}",
             ".from: \"t.(a, a)\" " + kNotColumns),
        item("unclosed", "references", "{from: \"t.(a, b\", to: \"u.(a, b)\"}", ".from: \"t.(a, b\" " + kNotColumns),
        item("no_columns", "references", "{from: \"t.()\", to: \"u.(a, b)\"}", ".from: \"t.()\" " + kNotColumns),
        item("different_numbers", "references", "{from: \"t.(a, b)\", to: u.c}",
             ": from names 2 columns and to names 1"),
        item("to_itself", "references", "{from: t.a, to: t.a}", ": from and to are the same"),
        item("when_empty", "references", "{from: t.a, to: u.b, when: {}}", ".when: must name at least one column"),
        item("unknown_key", "references", "{from: t.a, to: u.b, wen: {a: b}}", ".wen: unknown key; did you mean when?"),
        item("not_a_map", "references", "t.a", ": must be a map, not text"),
        item("outside_without_action", "outside_rows", "{key: t.a}", ": action is missing"),
        item("outside_delete", "outside_rows", "{key: t.a, action: delete}",
             ".action: \"delete\" is not one of set_null, set_default"),
        item("outside_key", "outside_rows", "{key: a, action: set_null}", ".key: \"a\" " + kNotColumns),
        item("trigger_without_table", "triggers", "{trigger: notify, action: skip}",
             ".trigger: \"notify\" is not a trigger; write table.trigger or schema.table.trigger"),
        item("trigger_action", "triggers", "{trigger: t.a, action: disable}",
             ".action: \"disable\" is not one of fire, skip"),
        Mistake{
            "outside_twice",
            with_database(
                "    outside_rows:\n      - {key: t.a, action: set_null}\n      - {key: t.a, action: set_default}\n"),
            "7: services.orders.outside_rows[1]: there is a rule for the same on line 6"},
        Mistake{"trigger_twice",
                with_database(
                    "    triggers:\n      - {trigger: t.a, action: skip}\n      - {trigger: t.a, action: fire}\n"),
                "7: services.orders.triggers[1]: there is a rule for the same on line 6"}),
    kName);

TEST(EstateProblems, AllAreReportedAtOnceInTheOrderOfTheLines) {
  const auto text = R"(estate: e
tenants: {service: nowhere, table: t}
defaults: {timeout: soon}
services:
  Orders:
    database: ${NOT_SET}
    timeut: 5s
  files: {}
)";
  EXPECT_THAT(
      problems_of(text),
      ElementsAre(HasSubstr("estate.yaml:2: tenants.service: "), HasSubstr("estate.yaml:3: defaults.timeout: "),
                  HasSubstr("estate.yaml:5: services.Orders: "),
                  HasSubstr("estate.yaml:6: services.Orders.database: the variable NOT_SET is not set"),
                  HasSubstr("estate.yaml:7: services.Orders.timeut: "), HasSubstr("estate.yaml:8: services.files: ")));
  try {
    read(text);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "estate.yaml: 6 problems");
  }
}

TEST(EstateProblems, OneAloneIsTheMessage) {
  try {
    read("estate: e\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "estate.yaml:1: services is missing");
    EXPECT_THAT(error.problems(), ElementsAre("estate.yaml:1: services is missing"));
  }
}

TEST(EstateProblems, BrokenYamlIsReportedWithItsLine) {
  EXPECT_THAT(problems_of("estate: e\nservices:\n  a: {b: [c\n"),
              ElementsAre(HasSubstr("estate.yaml:4: is not YAML: ")));
  EXPECT_THAT(problems_of("estate: e\n\tservices: x\n"), ElementsAre(HasSubstr("estate.yaml:2: is not YAML: ")));
  EXPECT_THAT(problems_of("estate: *nowhere\n"), ElementsAre(HasSubstr("estate.yaml:1: is not YAML: ")));
  EXPECT_THAT(problems_of(std::string(100000, '[')), ElementsAre(HasSubstr("is not YAML: ")));
}

// YAML::LoadAll does not come back from these.
TEST(EstateProblems, AStrayCommaOrBracketEndsInAProblem) {
  for (const auto* text : {", b\n", "estate: e\n, b\n", "] b\n", "}\n", "# a\n, b, c) d; e\n\nestate: f\n"}) {
    EXPECT_THAT(problems_of(text), ElementsAre(HasSubstr("estate.yaml:"))) << text;
  }
}

TEST(EstateProblems, AVariableThatNeedsQuotesIsToldSo) {
  EXPECT_THAT(problems_of("estate: e\nservices: {a: {directory: ${X}}}\n"),
              ElementsAre(AllOf(HasSubstr("estate.yaml:2: is not YAML: "), HasSubstr("\"${NAME}\" in quotes"))));
}

TEST(EstateProblems, LongAndUnprintableTextIsCutToFitAMessage) {
  const auto problems = problems_of("estate: e\n" + kServices + "\"a\\nb" + std::string(5000, 'x') + "\": 1\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_LT(problems[0].size(), 250U);
  EXPECT_EQ(problems[0].find('\n'), std::string::npos);
}

TEST(EstateProblems, AKeyUsedByAnAliasIsCheckedWhereItIsUsed) {
  EXPECT_THAT(problems_of("estate: e\nservices:\n  a: &a {database: x, prefix: p}\n  b: *a\n"),
              ElementsAre("estate.yaml:4: services.b: has the same prefix as a on line 3"));
}

}  // namespace
}  // namespace tenure::estate
