#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/bakery.h"
#include "tests/support/paths.h"

// `tenure erase`: what a person has to type first, and what is seen while it runs (B1, C1, C2).
namespace tenure::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kBar = "█";

class CliErase : public ::testing::Test {
 protected:
  std::vector<std::string> command(const SeededTenant& tenant, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"erase", tenant.id.str()};
    if (std::find(more.begin(), more.end(), "--embedded") == more.end()) {
      arguments.insert(arguments.end(), {"--server", bakery_.server().url()});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  test::Finished run(const SeededTenant& tenant, const std::vector<std::string>& more = {}) const {
    return bakery_.run(command(tenant, more));
  }
  /// A person at a terminal, who types `answer` when asked.
  test::Finished run_at_terminal(const SeededTenant& tenant, const std::string& answer) const {
    auto arguments = command(tenant);
    arguments.insert(arguments.begin(), TENURE_BINARY);
    test::Process process(arguments, {.environment = bakery_.environment(), .has_terminal = true});
    process.read_until("to erase it: ");
    process.write(answer + "\n");
    const int status = process.wait();
    return {status, process.output(), ""};
  }
  bool is_there(const SeededTenant& tenant) {
    const auto where = fmt::format("id = '{}'", tenant.id.str());
    return bakery_.databases().count("tenant", "tenancy.tenants", where) == 1;
  }
  std::int64_t orders_of(const SeededTenant& tenant) {
    return bakery_.databases().count("orders", "orders", fmt::format("tenant_id = '{}'", tenant.id.str()));
  }

  Bakery& bakery_ = Bakery::instance();
};

/// Of the tests in which nothing may be erased.
const SeededTenant& survivor() {
  static const SeededTenant taken = Bakery::instance().take_tenant();
  return taken;
}

TEST_F(CliErase, AsksForTheNameAndErasesNothingWhenAnotherIsTyped) {
  const auto finished = run_at_terminal(survivor(), "Le Four d'Argent");
  EXPECT_EQ(finished.status, 2) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("that would be deleted")) << "the person sees what is at stake";
  EXPECT_THAT(finished.output, HasSubstr("confirm: that is not the tenant's name"));
  EXPECT_TRUE(is_there(survivor()));
  EXPECT_GT(orders_of(survivor()), 0);
}

TEST_F(CliErase, NothingTypedIsNoConfirmation) {
  const auto finished = run_at_terminal(survivor(), "");
  EXPECT_EQ(finished.status, 2) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("confirm: type the tenant's name"));
  EXPECT_TRUE(is_there(survivor()));
}

// C1
TEST_F(CliErase, ErasesWhenTheNameIsTypedAndDrawsABarAService) {
  const auto tenant = bakery_.take_tenant();
  const auto finished = run_at_terminal(tenant, tenant.name);
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr(kBar));
  for (const auto* service : {"orders", "pos", "alert_processor", "tenant"}) {
    EXPECT_THAT(finished.output, ContainsRegex(fmt::format("{} +{}", service, "(█|░)"))) << service;
  }
  EXPECT_THAT(finished.output, HasSubstr("\x1b[")) << "bars move in place";
  EXPECT_THAT(finished.output, HasSubstr("13 services completed, 0 failed"));
  EXPECT_FALSE(is_there(tenant));
  EXPECT_EQ(orders_of(tenant), 0);
}

TEST_F(CliErase, NeedsConfirmWhereNobodyCanBeAsked) {
  const auto finished = run(survivor());
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.errors, HasSubstr("--confirm"));
  EXPECT_TRUE(is_there(survivor()));
}

TEST_F(CliErase, RefusesAWrongConfirm) {
  for (const auto* confirm : {"le four d'or", "", "yes"}) {
    const auto finished = run(survivor(), {"--confirm", confirm});
    EXPECT_EQ(finished.status, 2) << confirm;
    EXPECT_THAT(finished.errors, HasSubstr("confirm: ")) << confirm;
  }
  EXPECT_TRUE(is_there(survivor()));
  EXPECT_GT(orders_of(survivor()), 0);
}

// C2
TEST_F(CliErase, ThroughAServerPrintsTheJobAsJsonAndProgressBeside) {
  const auto tenant = bakery_.take_tenant();
  const auto finished = run(tenant, {"--confirm", tenant.name, "--json"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  const auto job = json::parse(finished.output);
  EXPECT_EQ(job["status"], "completed");
  EXPECT_EQ(job["tenant_name"], tenant.name);
  EXPECT_EQ(job["services_completed"], 13);
  EXPECT_THAT(finished.errors, ContainsRegex("orders +done"));
  EXPECT_THAT(finished.errors, Not(HasSubstr(kBar))) << "bars are for terminals";
  EXPECT_FALSE(is_there(tenant));
}

// C2, C5: the command works on the databases of the server that is running.
TEST_F(CliErase, OnTheEstateDirectlyDoesTheSame) {
  const auto tenant = bakery_.take_tenant();
  const auto finished =
      run(tenant, {"--estate", kBakeryEstate, "--embedded", "--confirm", "  " + tenant.name + "\n", "--json"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  const auto job = json::parse(finished.output);
  EXPECT_EQ(job["status"], "completed");
  EXPECT_EQ(bakery_.send("GET", "/api/v1/auth/deletion-jobs/" + job["job_id"].get<std::string>()).body, job);
  EXPECT_FALSE(is_there(tenant));
  EXPECT_EQ(orders_of(tenant), 0);
}

}  // namespace
}  // namespace tenure::e2e
