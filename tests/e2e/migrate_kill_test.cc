#include <gtest/gtest.h>

#include <csignal>
#include <random>

#include "tests/e2e/migrated_product.h"
#include "tests/support/paths.h"

// D4: a run that is killed at any instant leaves every schema as it was before or as it is after, and the next run does
// the rest. Each migration leaves a line in a log that has no key, so one that is applied twice shows.
namespace tenure::e2e {
namespace {

constexpr int kTenants = 12;
constexpr int kKills = 25;

class MigrateKill : public ::testing::Test {
 protected:
  MigrateKill() {
    product_.write("tenant/0001_log.sql", "create table log (step int); insert into log values (1);");
    EXPECT_EQ(product_.migrate().status, 0);
    product_.add_tenants(kTenants);
    EXPECT_EQ(product_.migrate().status, 0);
  }

  /// Every third one outside a transaction, in a way that can be repeated.
  void write_migration(int number) const {
    const auto name = fmt::format("tenant/{:04}_step.sql", number);
    if (number % 3 == 0) {
      product_.write(name,
                     fmt::format("-- tenure: no-transaction\ncreate index concurrently i{0} on log (step);\n"
                                 "insert into log select {0} where not exists (select from log where step = {0});\n",
                                 number));
    } else {
      product_.write(name, fmt::format("insert into log values ({0});\ncreate table t{0} (id int);\n"
                                       "alter table t{0} add column more text;\n",
                                       number));
    }
    last_ = number;
  }

  /// A run that is killed within `patience`, if it has not ended by then.
  void run_and_kill(std::chrono::milliseconds patience) const {
    std::vector<std::string> command = product_.words({"--wait", "2m", "--connections", "3"});
    command.insert(command.begin(), TENURE_BINARY);
    test::Process process(command, {.environment = product_.environment()});
    if (!process.has_ended_within(patience)) process.send_signal(SIGKILL);
    process.wait();
  }

  /// In every schema, what is recorded as done is done once, and nothing else of what is in a transaction is.
  void expect_nothing_twice_and_nothing_half() const {
    for (int at = 0; at <= kTenants; ++at) {
      const auto schema = at == 0 ? std::string("tenant_reference") : fmt::format("tenant_{:02}", at);
      // One statement, so that version and tables are of one instant.
      EXPECT_EQ(
          product_.value(fmt::format(
              "SELECT concat_ws('; ', 'twice: ' || (SELECT string_agg(step::text, ',') FROM (SELECT step FROM {0}.log "
              "GROUP BY step HAVING count(*) > 1) d), 'missing: ' || (SELECT string_agg(n::text, ',') FROM "
              "generate_series(1, s.version) n WHERE NOT EXISTS (SELECT FROM {0}.log WHERE step = n)), "
              "'too early: ' || (SELECT string_agg(step::text, ',') FROM {0}.log WHERE step > s.version AND step % 3 "
              "<> 0), 'half: ' || (SELECT string_agg(c.relname, ',') FROM pg_class c WHERE c.relnamespace = "
              "'{0}'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^t[0-9]' AND (substr(c.relname, 2)::int > "
              "s.version OR c.relnatts <> 2))) FROM tenure.schemas s WHERE s.name = '{0}'",
              schema)),
          "")
          << schema;
    }
  }

  const MigratedProduct product_;
  mutable int last_ = 1;
};

TEST_F(MigrateKill, AtAnyInstantNothingIsDoneTwiceOrHalf) {
  std::mt19937 random(20261127);
  std::uniform_int_distribution<int> patience(5, 120);
  for (int kill = 0; kill < kKills; ++kill) {
    if (kill % 2 == 0) write_migration(last_ + 1);
    run_and_kill(std::chrono::milliseconds(patience(random)));
    expect_nothing_twice_and_nothing_half();
  }
  const auto finished = product_.migrate({"--wait", "2m"});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  expect_nothing_twice_and_nothing_half();
  EXPECT_EQ(
      product_.value(fmt::format("SELECT count(*) FROM tenure.schemas WHERE kind <> 'shared' AND version = {}", last_)),
      std::to_string(kTenants + 1));
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
  EXPECT_EQ(product_.migrate({"--check"}).status, 0);
}

}  // namespace
}  // namespace tenure::e2e
