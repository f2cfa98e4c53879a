#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/connection.h"
#include "pg/sqlstate.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"

// Spec E7: what functions of a product's database do with a row's values is in no error of ours, whoever words it; what
// the server says of its own accord stays readable.
namespace tenure::pg {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class StatementError : public ::testing::Test {
 protected:
  StatementError() {
    database_.run(
        "CREATE TABLE people (id int PRIMARY KEY, email text); INSERT INTO people VALUES (1, 'Ada@x.example')");
  }
  /// Of a deletion that a trigger with this body is in the way of.
  Error with_trigger(const std::string& body, const std::string& declarations = "") const {
    database_.run(fmt::format(
        "CREATE OR REPLACE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $f$ DECLARE n int; {} BEGIN {}; RETURN "
        "old; END $f$; DROP TRIGGER IF EXISTS watch ON people;"
        "CREATE TRIGGER watch BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION watch()",
        declarations, body));
    return refused("DELETE FROM people"_sql);
  }
  Error refused(const Sql& sql) const {
    auto session = database_.connect();
    return error_of([&] { session.exec(sql); });
  }
  std::string refused_text(const Sql& sql) const { return refused(sql).what(); }

  test::TestDatabase database_;
};

TEST_F(StatementError, HoldsNoValueThatAFunctionPutIntoAStatement) {
  const std::map<std::string, std::string> bodies = {
      {"42601", "EXECUTE 'bad ' || old.email"},
      {"42P01", "EXECUTE format('SELECT FROM %I', old.email)"},
      {"42703", "EXECUTE format('SELECT %I FROM people', old.email)"},
      {"42883", "EXECUTE format('SELECT %I()', old.email)"},
      {"22P02", "n := old.email"},
      {"22023", "EXECUTE format('SET ROLE %L', old.email)"},
      {"42704", "EXECUTE format('DROP TYPE %I', old.email)"},
      {"3F000", "EXECUTE format('CREATE TABLE %I.t ()', old.email)"},
      {"P0001", "RAISE EXCEPTION '%', old.email"},
      {"23514", "RAISE EXCEPTION '%', old.email USING ERRCODE = 'check_violation'"},
      {"ZZ001", "RAISE EXCEPTION '%', old.email USING ERRCODE = 'ZZ001'"},
      {"57014", "RAISE EXCEPTION '%', old.email USING ERRCODE = 'query_canceled'"},
      {"23505",
       "RAISE unique_violation USING MESSAGE = 'x', TABLE = old.email, SCHEMA = old.email, COLUMN = old.email, "
       "CONSTRAINT = old.email"},
  };
  for (const auto& [sqlstate, body] : bodies) {
    const auto error = with_trigger(body);
    EXPECT_THAT(error.what(), Not(HasSubstr("Ada"))) << body;
    EXPECT_THAT(error.what(), HasSubstr("a function of the database was at fault")) << body;
    EXPECT_EQ(error.sqlstate(), sqlstate) << body;
  }
}

TEST_F(StatementError, HoldsNoneOfWhatAFunctionCaughtAndThrewAgain) {
  const auto error = with_trigger(
      "BEGIN EXECUTE 'bad ' || old.email; EXCEPTION WHEN OTHERS THEN RAISE unique_violation USING MESSAGE = SQLERRM; "
      "END");
  EXPECT_THAT(error.what(), Not(HasSubstr("Ada")));
  EXPECT_THAT(with_trigger("BEGIN EXECUTE 'bad ' || old.email; EXCEPTION WHEN OTHERS THEN RAISE; END").what(),
              Not(HasSubstr("Ada")));
}

// A trigger of another database, behind a foreign table.
TEST_F(StatementError, HoldsNoneOfWhatAnotherServerSays) {
  const test::TestDatabase other;
  other.run(
      "CREATE TABLE people (id int, email text); INSERT INTO people VALUES (1, 'Ada@x.example');"
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'not %', old.email USING "
      "ERRCODE = 'check_violation', TABLE = old.email, CONSTRAINT = old.email; END $f$;"
      "CREATE TRIGGER refuse BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION refuse()");
  const auto place = other.settings().parameters();
  database_.run(fmt::format(
      "CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{}', port "
      "'{}', dbname '{}'); CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user '{}');"
      "CREATE FOREIGN TABLE far (id int, email text) SERVER other OPTIONS (table_name 'people')",
      place.at("host"), place.at("port"), other.name(), place.at("user")));
  const auto error = refused("DELETE FROM far"_sql);
  EXPECT_EQ(error.sqlstate(), "23514");
  EXPECT_THAT(error.what(), Not(HasSubstr("Ada")));
}

TEST_F(StatementError, KeepsNamesThatTheServerReportsOfAFunctionsStatement) {
  database_.run(
      "CREATE TABLE log (email text CONSTRAINT log_email UNIQUE, at int NOT NULL);"
      "INSERT INTO log VALUES ('Ada@x.example', 1)");
  const auto twice = with_trigger("INSERT INTO log VALUES (old.email, 2)");
  EXPECT_THAT(twice.what(),
              AllOf(HasSubstr("table public.log"), HasSubstr("constraint log_email"), Not(HasSubstr("Ada"))));
  const auto missing = with_trigger("INSERT INTO log VALUES ('Bob' || old.email, NULL)");
  EXPECT_THAT(missing.what(), AllOf(HasSubstr("table public.log"), HasSubstr("column at"), Not(HasSubstr("Ada"))));
}

TEST_F(StatementError, KeepsWhatTheServerSaysOfItsOwnAccord) {
  database_.run(
      "CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people ON DELETE CASCADE);"
      "CREATE TABLE toys (pet int CONSTRAINT toys_pet REFERENCES pets); INSERT INTO pets VALUES (1, 1);"
      "INSERT INTO toys VALUES (1)");
  EXPECT_THAT(refused_text("DELETE FROM people"_sql),
              AllOf(HasSubstr("violates foreign key constraint"), HasSubstr("table public.toys, constraint toys_pet")));
  EXPECT_THAT(refused_text("SELECT FROM nowhere"_sql), HasSubstr("\"nowhere\" does not exist"));
  EXPECT_THAT(refused_text("SELEC"_sql), HasSubstr("syntax error"));
}

}  // namespace
}  // namespace tenure::pg
