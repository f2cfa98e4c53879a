#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/shop.h"
#include "tests/support/raw_http.h"

// "Bad input" of the specification, on the command line: the error is on standard error and names what is wrong, the
// exit status is not 0, and a password is never shown.
namespace tenure::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kId = "7d3c1c8e-5a55-4c0e-9d0a-2f6f6f1b7a10";
constexpr const char* kPassword = "hunter2-secret";

class BadCliInput : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  static Shop& shop() {
    static Shop shared;
    return shared;
  }
  static test::Finished run(std::vector<std::string> arguments, Environment more = {}) {
    auto environment = shop().environment();
    environment.merge(more);
    return run_tenure(std::move(arguments), environment);
  }
  static void expect_error(const test::Finished& finished, int status, const ::testing::Matcher<std::string>& error) {
    EXPECT_EQ(finished.status, status) << finished.output << finished.errors;
    EXPECT_THAT(finished.errors, error);
    EXPECT_THAT(finished.output + finished.errors, Not(HasSubstr(kPassword)));
    EXPECT_THAT(finished.output, ::testing::IsEmpty());
  }
  static std::string good_estate() { return shop().write_estate("good.yaml"); }
  static std::string write(const std::string& name, const std::string& text) {
    const auto path = (shop().folder() / name).string();
    std::ofstream(path) << text;
    return path;
  }
  /// The estate with this as its service crm.
  static std::string with_crm(const std::string& lines) {
    return shop().write_estate("with_crm.yaml", {{"crm", lines}});
  }
};

TEST_F(BadCliInput, TenantThatIsNoUuid) {
  for (const auto* command : {"preview", "erase"}) {
    expect_error(run({command, "all", "--estate", good_estate()}), 2, HasSubstr("tenant_id"));
  }
  expect_error(run({"plan", "orders", "all", "--estate", good_estate()}), 2, HasSubstr("tenant_id"));
  expect_error(run({"job", "list", "--tenant", "x", "--estate", good_estate()}), 2, HasSubstr("tenant_id"));
}

TEST_F(BadCliInput, JobThatIsNoUuidOrNotThere) {
  expect_error(run({"job", "show", "last", "--estate", good_estate()}), 2, HasSubstr("job_id"));
  expect_error(run({"job", "show", kId, "--estate", good_estate()}), 2, HasSubstr(kId));
}

TEST_F(BadCliInput, FilterOfJobs) {
  expect_error(run({"job", "list", "--status", "happy", "--estate", good_estate()}), 2, HasSubstr("status"));
  expect_error(run({"job", "list", "--limit", "0", "--estate", good_estate()}), 2, HasSubstr("limit"));
  expect_error(run({"job", "list", "--limit", "many", "--estate", good_estate()}), 2, HasSubstr("--limit"));
}

TEST_F(BadCliInput, UnknownTenant) {
  expect_error(run({"erase", kId, "--confirm", kId, "--estate", good_estate()}), 2, HasSubstr(kId));
  auto server = shop().serve(good_estate());
  expect_error(run({"erase", kId, "--confirm", kId, "--server", server.url()}), 2, HasSubstr(kId));
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(BadCliInput, UnknownCommandOrOption) {
  expect_error(run({}), 2, HasSubstr("subcommand is required"));
  expect_error(run({"erase-everything"}), 2, HasSubstr("\"erase-everything\" is not a command"));
  expect_error(run({"job", "forget"}), 2, HasSubstr("\"forget\" is not a command"));
  expect_error(run({"preview", kId, "--force"}), 2, HasSubstr("--force"));
  expect_error(run({"preview"}), 2, HasSubstr("tenant"));
}

TEST_F(BadCliInput, EstateFileThatIsNotThere) {
  expect_error(run({"preview", kId, "--estate", "/nowhere/estate.yaml"}), 2, HasSubstr("/nowhere/estate.yaml"));
}

TEST_F(BadCliInput, EstateFileThatIsNoYaml) {
  const auto path = write("broken.yaml", "estate: shop\nservices: {orders: [\n");
  expect_error(run({"preview", kId, "--estate", path}), 2, HasSubstr("broken.yaml:"));
}

TEST_F(BadCliInput, EstateFileWithSeveralFaultsNamesThemAllByLine) {
  const auto path =
      write("faulty.yaml",
            "estate: shop\nservices:\n  orders:\n    databse: x\n    timeout: soon\n  Orders: {url: ftp://x}\n");
  expect_error(run({"preview", kId, "--estate", path}), 2,
               AllOf(HasSubstr("faulty.yaml:4: "), HasSubstr("databse"), HasSubstr("faulty.yaml:5: "),
                     HasSubstr("timeout"), HasSubstr("faulty.yaml:6: ")));
}

TEST_F(BadCliInput, EstateFileWithAVariableThatIsNotSet) {
  const auto path = with_crm("database: ${NO_SUCH_VARIABLE_ANYWHERE}");
  expect_error(run({"preview", kId, "--estate", path}), 2, HasSubstr("NO_SUCH_VARIABLE_ANYWHERE"));
}

TEST_F(BadCliInput, UrlOfARemoteServiceThatIsNone) {
  expect_error(run({"preview", kId, "--estate", with_crm("url: crm.internal/path")}), 2, HasSubstr("url"));
}

TEST_F(BadCliInput, UnknownService) {
  expect_error(run({"plan", "bakeries", "--estate", good_estate()}), 2, HasSubstr("bakeries"));
  expect_error(run({"serve", "--service", "bakeries", "--estate", good_estate(), "--listen", "127.0.0.1:0"}), 2,
               HasSubstr("bakeries"));
}

// F3: a rule about a table or a column that is not there could hide one that is.
TEST_F(BadCliInput, RuleAboutATableThatIsNotThere) {
  const auto path = with_crm(shop().database_line("crm") + "\n    tables: {customers: {keep: \"a typing error\"}}");
  expect_error(run({"plan", "crm", "--estate", path}), 1, HasSubstr("customers"));
  const auto preview = run({"preview", kId, "--estate", path, "--json"});
  EXPECT_NE(preview.status, 0);
  const auto body = json::parse(preview.output);
  EXPECT_THAT(body["services"]["crm"]["errors"].dump(), HasSubstr("customers"));
  EXPECT_EQ(body["services_failed"], 1);
  EXPECT_TRUE(body["services"]["orders"].contains("data_counts")) << "the others answer";
}

TEST_F(BadCliInput, RuleAboutAColumnThatIsNotThere) {
  const auto path = with_crm(shop().database_line("crm") + "\n    tables: {contacts: {tenant_column: account_id}}");
  expect_error(run({"plan", "crm", "--estate", path}), 1, AllOf(HasSubstr("contacts"), HasSubstr("account_id")));
}

TEST_F(BadCliInput, ErasureIsRefusedAndNothingGoesWhileATableIsUnaccountedFor) {
  Shop own;
  const auto tenant = own.add_tenant("Careful");
  own.databases().run(own.database("crm"), "CREATE TABLE added_last_night (what text)");
  const auto finished =
      run({"erase", tenant.str(), "--confirm", "Careful", "--json", "--estate", own.write_estate("estate.yaml")});
  EXPECT_EQ(finished.status, 1) << finished.errors;
  const auto job = json::parse(finished.output);
  EXPECT_EQ(job["status"], "failed");
  EXPECT_THAT(job["service_results"]["crm"]["errors"].dump(), HasSubstr("added_last_night"));
  EXPECT_EQ(own.count("crm", "contacts", tenant), 1);
  EXPECT_EQ(own.count("accounts", "tenants", tenant), 1);
}

// D6
TEST_F(BadCliInput, DatabaseUrlThatIsMalformedNeverShowsThePassword) {
  const auto path = with_crm("database: ${CRM_URL}");
  for (const auto* url : {"postgresql://app:{}@[::1/crm", "postgresql://app:{}@host:port/crm", "password={} nonsense",
                          "mysql://app:{}@host/crm", "postgresql://app:{}%@host/crm"}) {
    const auto finished =
        run({"plan", "crm", "--estate", path}, {{"CRM_URL", fmt::format(fmt::runtime(url), kPassword)}});
    expect_error(finished, 2, AllOf(HasSubstr("services.crm.database"), HasSubstr("with_crm.yaml:")));
  }
}

// D6: of one environment of several, by a URL or by parts.
TEST_F(BadCliInput, VariablesOfAnEnvironmentThatAreMalformedAreNamed) {
  const auto path = with_crm("database: ${DATABASE_URL}");
  const Words uat{"plan", "crm", "--estate", path, "--environment", "uat"};
  const auto url = fmt::format("postgresql://app:{}@host:port/crm", kPassword);
  expect_error(run(uat, {{"UAT_DB_URL", url}, {"DATABASE_URL", shop().databases().url(shop().database("crm"))}}), 2,
               HasSubstr("services.crm.database"));
  expect_error(run(uat, {{"UAT_DB_NAME", "crm"}, {"UAT_DB_PORT", "high"}, {"DB_PASSWORD", kPassword}}), 2,
               HasSubstr("UAT_DB_PORT"));
  expect_error(run({"plan", "crm", "--estate", path, "--environment", "u a t"}), 2, HasSubstr("environment"));
}

// D6
TEST_F(BadCliInput, AnEnvironmentsOwnDatabaseIsTheOneThatIsUsed) {
  const auto path = with_crm("database: ${DATABASE_URL}");
  const auto nobody = fmt::format("postgresql://app@127.0.0.1:{}/crm", test::closed_port());
  const auto crm = shop().databases().url(shop().database("crm"));
  const auto finished =
      run({"plan", "crm", "--estate", path, "--environment", "uat"}, {{"DATABASE_URL", nobody}, {"UAT_DB_URL", crm}});
  EXPECT_EQ(finished.status, 0) << finished.errors;
}

// D6
TEST_F(BadCliInput, DatabaseThatCannotBeReachedNeverShowsThePassword) {
  const auto path = with_crm("database: ${CRM_URL}");
  const auto url = fmt::format("postgresql://app:{}@127.0.0.1:{}/crm", kPassword, test::closed_port());
  expect_error(run({"plan", "crm", "--estate", path}, {{"CRM_URL", url}}), 1, HasSubstr("cannot connect"));
}

// D6
TEST_F(BadCliInput, DatabaseOrRoleThatDoesNotExistIsNamed) {
  const auto path = with_crm("database: ${CRM_URL}");
  const auto url = shop().databases().url("no_such_database") + " password=" + kPassword;
  expect_error(run({"plan", "crm", "--estate", path}, {{"CRM_URL", url}}), 2, HasSubstr("no_such_database"));
  auto stranger = shop().databases().url(shop().database("crm")) + " password=" + kPassword;
  stranger.replace(stranger.find("user="), stranger.find(' ', stranger.find("user=")) - stranger.find("user="),
                   "user=stranger");
  expect_error(run({"plan", "crm", "--estate", path}, {{"CRM_URL", stranger}}), 1, HasSubstr("stranger"));
}

TEST_F(BadCliInput, ServerThatIsNoUrlOrDoesNotAnswer) {
  expect_error(run({"preview", kId, "--server", "ftp://127.0.0.1"}), 2, HasSubstr("url"));
  const auto nobody = fmt::format("http://127.0.0.1:{}", test::closed_port());
  for (const auto& command : std::vector<std::vector<std::string>>{{"preview", kId}, {"job", "list"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--server", nobody});
    expect_error(run(arguments), 1, HasSubstr("onnect"));
  }
}

TEST_F(BadCliInput, TokenThatTheServerDoesNotAccept) {
  const auto finished = run({"job", "list", "--server", Bakery::instance().server().url()},
                            {{"TENURE_TOKEN", std::string("garbage.") + kPassword + ".x"}});
  expect_error(finished, 1, HasSubstr("401"));
}

TEST_F(BadCliInput, AddressToListenOnThatIsNoneOrTaken) {
  for (const auto& address : {std::string("everywhere"), std::string("127.0.0.1:99999"),
                              fmt::format("127.0.0.1:{}", Bakery::instance().server().port())}) {
    const auto finished = run({"serve", "--estate", good_estate(), "--listen", address});
    EXPECT_NE(finished.status, 0) << address;
    EXPECT_THAT(finished.errors, HasSubstr("tenure: ")) << address;
  }
}

}  // namespace
}  // namespace tenure::e2e
