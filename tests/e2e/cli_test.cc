#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/keys.h"
#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"

// The commands that change nothing, through a running server and on the estate directly (A1, C4, C12, F4).
namespace tenure::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Cli : public ::testing::Test {
 protected:
  static std::vector<std::string> through_server(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", Bakery::instance().server().url()});
    return arguments;
  }
  static std::vector<std::string> on_estate(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--estate", kBakeryEstate, "--embedded"});
    return arguments;
  }
  test::Finished run(std::vector<std::string> arguments) const { return bakery_.run(std::move(arguments)); }
  json run_json(std::vector<std::string> arguments) const {
    arguments.push_back("--json");
    const auto finished = run(std::move(arguments));
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return json::parse(finished.output, nullptr, false);
  }

  Bakery& bakery_ = Bakery::instance();
};

const SeededTenant& tenant() {
  static const SeededTenant taken = Bakery::instance().take_tenant();
  return taken;
}

// C12
TEST_F(Cli, PreviewIsTheSameEitherWay) {
  const auto by_server = run_json(through_server({"preview", tenant().id.str()}));
  EXPECT_EQ(by_server["tenant_name"], tenant().name);
  EXPECT_GT(by_server["total_items"].get<std::int64_t>(), 500);
  EXPECT_EQ(run_json(on_estate({"preview", tenant().id.str()})), by_server);
  EXPECT_EQ(bakery_.send("GET", "/api/v1/deletion-preview/" + tenant().id.str()).body, by_server);
}

// C12
TEST_F(Cli, PreviewForPeopleNamesTablesCountsAndWhatStays) {
  const auto finished = run(through_server({"preview", tenant().id.str()}));
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr(tenant().name));
  EXPECT_THAT(finished.output, ContainsRegex("order_items +[0-9,]+"));
  EXPECT_THAT(finished.output, HasSubstr("kept: shared by all tenants: the weather of a city"));
  EXPECT_THAT(finished.output, HasSubstr("that would be deleted"));
}

// F4
TEST_F(Cli, PlanShowsStepsAndOnRequestTheirStatements) {
  const auto plain = run(on_estate({"plan", "orders"}));
  EXPECT_EQ(plain.status, 0) << plain.errors;
  EXPECT_THAT(plain.output, HasSubstr("through order_id"));
  EXPECT_THAT(plain.output, HasSubstr("locks"));
  EXPECT_THAT(plain.output, Not(HasSubstr("DELETE FROM")));
  const auto with_sql = run(on_estate({"plan", "orders", "--sql"}));
  EXPECT_EQ(with_sql.status, 0) << with_sql.errors;
  for (const auto& table : tables_of(bakery_service("orders"))) {
    EXPECT_THAT(with_sql.output, ContainsRegex("DELETE FROM [^;]*\"" + table.name + "\"")) << table.name;
  }
  EXPECT_THAT(with_sql.output, HasSubstr("$1"));
}

// F4
TEST_F(Cli, PlanOfATenantHasItsExactRows) {
  const auto plan = run_json(on_estate({"plan", "orders", tenant().id.str()}));
  const auto preview =
      bakery_.send("GET", fmt::format("/api/v1/orders/tenant/{}/deletion-preview", tenant().id.str())).body;
  EXPECT_EQ(plan["service"], "orders");
  EXPECT_EQ(plan["rows"], preview["total_items"]);
  EXPECT_FALSE(plan["digest"].get<std::string>().empty());
  EXPECT_TRUE(plan["estimated_seconds"].is_number());
  const auto user = run_json(on_estate({"plan", "training", "--user"}));
  EXPECT_THAT(user["steps"].dump(), HasSubstr("pseudonym"));
}

// C4
TEST_F(Cli, JobsAreTheSameEitherWay) {
  // Two jobs of a tenant that this test makes up.
  const auto made_up = TenantId::random();
  bakery_.databases().run("tenant",
                          fmt::format("INSERT INTO tenancy.tenants (id, name, slug, owner_id) VALUES ('{0}', "
                                      "'Two Jobs', '{0}', '{1}'); INSERT INTO tenancy.tenant_members (tenant_id, "
                                      "user_id, role) VALUES ('{0}', '{1}', 'owner')",
                                      made_up.str(), UserId::random().str()));
  const auto job = bakery_.send("DELETE", "/api/v1/tenants/" + made_up.str()).body;
  const auto id = job["job_id"].get<std::string>();
  const std::vector<std::string> list{"job", "list", "--tenant", made_up.str(), "--limit", "5"};
  const auto listed = run_json(through_server(list));
  ASSERT_EQ(listed["jobs"].size(), 1U);
  EXPECT_EQ(listed["jobs"][0], job);
  EXPECT_EQ(run_json(on_estate(list)), listed);
  EXPECT_EQ(run_json(through_server({"job", "list", "--tenant", made_up.str(), "--status", "failed"}))["jobs"].size(),
            0U);
  EXPECT_EQ(run_json(through_server({"job", "show", id})), job);
  EXPECT_EQ(run_json(on_estate({"job", "show", id})), job);
  const auto text = run(through_server({"job", "show", id}));
  EXPECT_THAT(text.output, HasSubstr(id));
  EXPECT_THAT(text.output, HasSubstr("Two Jobs"));
  EXPECT_THAT(text.output, HasSubstr("completed"));
  EXPECT_THAT(run(through_server(list)).output, HasSubstr(id));
}

// A3
TEST_F(Cli, TokenIsAcceptedWhereItIsFor) {
  const auto finished = run({"token", "--audience", "orders"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  ASSERT_THAT(finished.output, HasSubstr("\n"));
  const Secret token(finished.output.substr(0, finished.output.find('\n')));
  const auto path = [](const std::string& prefix) {
    return fmt::format("/api/v1/{}/tenant/{}/deletion-preview", prefix, tenant().id.str());
  };
  EXPECT_EQ(bakery_.server().send("GET", path("orders"), token).status, 200);
  EXPECT_EQ(bakery_.server().send("GET", path("sales"), token).status, 401);
}

TEST_F(Cli, HelpAndVersionAreNotErrors) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"erase", "--help"}, {"job", "list", "--help"}}) {
    const auto finished = run(arguments);
    EXPECT_EQ(finished.status, 0);
    EXPECT_THAT(finished.output, HasSubstr("--"));
  }
  EXPECT_THAT(run({"--version"}).output, ContainsRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

// C7
TEST_F(Cli, ArchiveKeygenPrintsALineForTheKeyRing) {
  const auto finished = run({"archive", "keygen", "2026-11"});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(archive::KeyRing::parse(Secret(finished.output)).current_id(), "2026-11");
  const auto refused = run({"archive", "keygen", "no:name"});
  EXPECT_NE(refused.status, 0);
  EXPECT_EQ(refused.output, "");
}

}  // namespace
}  // namespace tenure::e2e
