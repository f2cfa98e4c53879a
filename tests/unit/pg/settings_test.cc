#include "pg/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

// D6: how a database is named.
namespace tenure::pg {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kPassword = "hunter2secret";

std::string parameter(const ConnectionSettings& settings, const std::string& name) {
  const auto found = settings.parameters().find(name);
  return found == settings.parameters().end() ? "(none)" : found->second;
}

ConnectionSettings::Variables environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto found = values.find(std::string(name));
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "(no error)";
}

TEST(ConnectionSettings, AUrlIsReadAsLibpqReadsIt) {
  const auto settings =
      ConnectionSettings::parse("postgresql://app:pw@db1:6543/orders?sslmode=require&connect_timeout=3");
  EXPECT_EQ(parameter(settings, "host"), "db1");
  EXPECT_EQ(parameter(settings, "port"), "6543");
  EXPECT_EQ(parameter(settings, "dbname"), "orders");
  EXPECT_EQ(parameter(settings, "user"), "app");
  EXPECT_EQ(parameter(settings, "sslmode"), "require");
  EXPECT_EQ(parameter(settings, "connect_timeout"), "3");
  EXPECT_EQ(settings.password().reveal(), "pw");
  EXPECT_EQ(settings.description(), "database orders on db1:6543 as app");
}

TEST(ConnectionSettings, APercentEncodedPasswordIsDecoded) {
  const auto settings = ConnectionSettings::parse("postgres://app:p%40ss%3Aw%2Frd%25%23%3F@db/orders");
  EXPECT_EQ(settings.password().reveal(), "p@ss:w/rd%#?");
  EXPECT_EQ(parameter(settings, "host"), "db");
}

TEST(ConnectionSettings, APasswordMayHaveAColonAHashOrAQuestionMarkAsItIs) {
  EXPECT_EQ(ConnectionSettings::parse("postgresql://app:a:b#c?d@db/orders").password().reveal(), "a:b#c?d");
}

TEST(ConnectionSettings, Ipv6HostsStandInBrackets) {
  const auto settings = ConnectionSettings::parse("postgresql://app@[2001:db8::1]:5433/orders");
  EXPECT_EQ(parameter(settings, "host"), "2001:db8::1");
  EXPECT_EQ(parameter(settings, "port"), "5433");
}

TEST(ConnectionSettings, PortUserAndHostMayBeLeftOut) {
  EXPECT_EQ(parameter(ConnectionSettings::parse("postgresql://db/orders"), "port"), "(none)");
  EXPECT_EQ(parameter(ConnectionSettings::parse("postgresql:///orders"), "dbname"), "orders");
  EXPECT_EQ(parameter(ConnectionSettings::parse("postgresql:///orders?host=/run/pg"), "host"), "/run/pg");
  EXPECT_EQ(parameter(ConnectionSettings::parse("postgresql://%2Frun%2Fpg/orders"), "host"), "/run/pg");
}

TEST(ConnectionSettings, SeveralHostsAndTheirPortsAreKept) {
  const auto settings = ConnectionSettings::parse("postgresql://db1:5432,db2:5433/orders?target_session_attrs=primary");
  EXPECT_EQ(parameter(settings, "host"), "db1,db2");
  EXPECT_EQ(parameter(settings, "port"), "5432,5433");
}

TEST(ConnectionSettings, KeysAndValuesAreReadToo) {
  const auto settings = ConnectionSettings::parse("host=db1 dbname=orders user=app password='p w'");
  EXPECT_EQ(parameter(settings, "dbname"), "orders");
  EXPECT_EQ(settings.password().reveal(), "p w");
}

TEST(ConnectionSettings, ThePasswordIsNoParameterEvenFromTheQuery) {
  const auto settings = ConnectionSettings::parse("postgresql://db/orders?user=a%40b&password=hunter2secret");
  EXPECT_FALSE(settings.parameters().contains("password"));
  EXPECT_EQ(settings.password().reveal(), kPassword);
  EXPECT_THAT(settings.description(), Not(HasSubstr(kPassword)));
}

TEST(ConnectionSettings, WithChangesACopyOnly) {
  const auto settings = ConnectionSettings::parse("postgresql://app:pw@db/orders");
  const auto changed = settings.with("dbname", "postgres");
  EXPECT_EQ(parameter(changed, "dbname"), "postgres");
  EXPECT_EQ(parameter(settings, "dbname"), "orders");
  EXPECT_EQ(changed.password().reveal(), "pw");
}

struct Malformed {
  const char* name;
  std::string url;
};

class MalformedUrl : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedUrl, IsRefusedByItsFieldAndThePasswordIsNotPrinted) {
  const auto error = error_of([] { ConnectionSettings::parse(GetParam().url, "ORDERS_DATABASE_URL"); });
  EXPECT_THAT(error, StartsWith("ORDERS_DATABASE_URL: "));
  EXPECT_THAT(error, Not(HasSubstr("hunter2")));
  EXPECT_THAT(error, Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, MalformedUrl,
    testing::Values(Malformed{"empty", ""}, Malformed{"only_a_password", "hunter2secret"},
                    Malformed{"another_scheme", "mysql://app:hunter2secret@db/orders"},
                    Malformed{"http_with_a_query", "http://app:hunter2secret@db/orders?a=b"},
                    Malformed{"scheme_without_its_colon", "postgresql//app:hunter2secret@db/orders?sslmode=require"},
                    Malformed{"port_not_a_number", "postgresql://app:hunter2secret@db:54x2/orders"},
                    Malformed{"port_zero", "postgresql://app:hunter2secret@db:0/orders"},
                    Malformed{"port_too_large", "postgresql://app:hunter2secret@db:65536/orders"},
                    Malformed{"second_port_bad", "postgresql://app:hunter2secret@a:1,b:99999/orders"},
                    Malformed{"bad_percent_encoding", "postgresql://app:hunter2%zzsecret@db/orders"},
                    Malformed{"percent_at_the_end", "postgresql://app:hunter2secret%@db/orders"},
                    Malformed{"encoded_nul", "postgresql://app:hunter2%00secret@db/orders"},
                    Malformed{"at_sign_in_the_password", "postgresql://app:hunter2@secret@db/orders"},
                    Malformed{"slash_in_the_password", "postgresql://app:hunter2/secret@db/orders"},
                    Malformed{"slash_after_digits_in_the_password", "postgresql://app:12/secret@db/orders"},
                    Malformed{"at_sign_after_a_question_mark", "postgresql://app:12?secret@hunter2@db/orders"},
                    Malformed{"unclosed_bracket", "postgresql://app:hunter2secret@[::1/orders"},
                    Malformed{"unknown_query_parameter", "postgresql://app:hunter2secret@db/orders?sslmod=require"},
                    Malformed{"query_without_a_value", "postgresql://app:hunter2secret@db/orders?sslmode"},
                    Malformed{"unknown_key", "host=db passwort=hunter2secret"},
                    Malformed{"unclosed_quote", "host=db password='hunter2secret"},
                    Malformed{"nul_character", std::string("postgresql://db/orders\0secret", 29)}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ConnectionSettings, TheEnvironmentsUrlComesFirst) {
  const auto settings = ConnectionSettings::from_environment(
      environment({{"DATABASE_URL", "postgresql://db/orders"}, {"DB_NAME", "other"}}));
  EXPECT_EQ(parameter(settings, "dbname"), "orders");
}

TEST(ConnectionSettings, PartsMakeASettingWithoutAUrl) {
  const auto settings =
      ConnectionSettings::from_environment(environment({{"DB_USER", "app"},
                                                        {"DB_PASSWORD", "p@:/%#"},
                                                        {"DB_HOST", "::1"},
                                                        {"DB_PORT", "6000"},
                                                        {"DB_NAME", "orders"},
                                                        {"DB_ENGINE", "django.db.backends.postgresql"}}));
  EXPECT_EQ(settings.password().reveal(), "p@:/%#");
  EXPECT_EQ(parameter(settings, "host"), "::1");
  EXPECT_EQ(parameter(settings, "port"), "6000");
  EXPECT_EQ(settings.description(), "database orders on ::1:6000 as app");
}

TEST(ConnectionSettings, APrefixPicksTheUrlOfItsEnvironment) {
  const auto variables = environment({{"UAT_DB_URL", "postgresql://db/uat"},
                                      {"PROD_DB_URL", "postgresql://db/prod"},
                                      {"DATABASE_URL", "postgresql://db/general"}});
  EXPECT_EQ(parameter(ConnectionSettings::from_environment(variables, "UAT"), "dbname"), "uat");
  EXPECT_EQ(parameter(ConnectionSettings::from_environment(variables, "PROD"), "dbname"), "prod");
  EXPECT_EQ(parameter(ConnectionSettings::from_environment(variables, "DEV"), "dbname"), "general");
  EXPECT_EQ(parameter(ConnectionSettings::from_environment(variables), "dbname"), "general");
}

TEST(ConnectionSettings, PartsOfAnEnvironmentComeBeforeTheGeneralUrl) {
  const auto variables = environment({{"DATABASE_URL", "postgresql://db/general"},
                                      {"UAT_DB_NAME", "uat"},
                                      {"DB_USER", "app"},
                                      {"UAT_DB_PASSWORD", "own"},
                                      {"DB_PASSWORD", "general"}});
  const auto uat = ConnectionSettings::from_environment(variables, "UAT");
  EXPECT_EQ(parameter(uat, "dbname"), "uat");
  EXPECT_EQ(parameter(uat, "user"), "app");
  EXPECT_EQ(uat.password().reveal(), "own");
  EXPECT_EQ(parameter(ConnectionSettings::from_environment(variables, "PROD"), "dbname"), "general");
}

TEST(ConnectionSettings, AConninfoReadsBackAsItWas) {
  const auto settings =
      ConnectionSettings::parse("postgresql://a%27b:p%5C%27%20%40w@db:6543/or%20ders?sslmode=require");
  const auto again = ConnectionSettings::parse(settings.conninfo().reveal());
  EXPECT_EQ(again.parameters(), settings.parameters());
  EXPECT_EQ(again.password(), settings.password());
  EXPECT_EQ(again.password().reveal(), "p\\' @w");
}

// As `${DATABASE_URL}` and others stand in an estate file.
TEST(EnvironmentVariables, ThoseOfTheEnvironmentComeFirst) {
  const auto general = environment({{"SECRET_KEY", "general"},
                                    {"UAT_SECRET_KEY", "uat"},
                                    {"DB_URL", "postgresql://db/general"},
                                    {"UAT_DB_URL", "postgresql://db/uat"}});
  const auto uat = variables_of_environment(general, "UAT");
  EXPECT_EQ(uat("SECRET_KEY"), "uat");
  EXPECT_EQ(uat("DB_URL"), "postgresql://db/uat");
  EXPECT_EQ(uat("DATABASE_URL"), "postgresql://db/uat");
  EXPECT_EQ(uat("OTHER"), std::nullopt);
  const auto prod = variables_of_environment(general, "PROD");
  EXPECT_EQ(prod("SECRET_KEY"), "general");
  EXPECT_EQ(prod("DATABASE_URL"), std::nullopt);
}

TEST(EnvironmentVariables, ADatabaseUrlIsMadeOfItsParts) {
  const auto variables = variables_of_environment(
      environment({{"DB_NAME", "orders"}, {"DB_HOST", "::1"}, {"DB_PASSWORD", "p@'s s"}}), "UAT");
  const auto settings = ConnectionSettings::parse(variables("DATABASE_URL").value());
  EXPECT_EQ(settings.description(), "database orders on ::1:5432 as (default)");
  EXPECT_EQ(settings.password().reveal(), "p@'s s");
}

TEST(ConnectionSettings, AMalformedEnvironmentIsRefusedByTheNameOfTheVariable) {
  const auto error = [](std::map<std::string, std::string> values, std::string_view prefix = "") {
    values.emplace("DB_PASSWORD", kPassword);
    const auto text = error_of([&] { ConnectionSettings::from_environment(environment(values), prefix); });
    EXPECT_THAT(text, Not(HasSubstr(kPassword)));
    return text;
  };
  EXPECT_THAT(error({}), StartsWith("DATABASE_URL: is not set"));
  EXPECT_THAT(error({{"DB_NAME", "orders"}, {"DB_PORT", "hunter2secret"}}), StartsWith("DB_PORT: "));
  EXPECT_THAT(error({{"DB_NAME", "orders"}, {"DB_PORT", ""}}), StartsWith("DB_PORT: "));
  EXPECT_THAT(error({{"DB_NAME", "orders"}, {"DB_ENGINE", "mysql"}}), StartsWith("DB_ENGINE: "));
  EXPECT_THAT(error({{"DB_NAME", ""}}), StartsWith("DATABASE_URL: is not set"));
  EXPECT_THAT(error({{"DB_NAME", "postgresql://u:hunter2secret@h/d"}}), StartsWith("DB_NAME: "));
  EXPECT_THAT(error({{"DB_NAME", "password=hunter2secret"}}), StartsWith("DB_NAME: "));
  EXPECT_THAT(error({{"UAT_DB_NAME", "orders"}, {"UAT_DB_PORT", "99999"}}, "UAT"), StartsWith("UAT_DB_PORT: "));
  EXPECT_THAT(error({{"UAT_DB_URL", "db:hunter2secret"}}, "UAT"), StartsWith("UAT_DB_URL: "));
  EXPECT_THAT(error({{"DATABASE_URL", "postgresql://u:hunter2secret@h:x/d"}}), StartsWith("DATABASE_URL: "));
}

}  // namespace
}  // namespace tenure::pg
