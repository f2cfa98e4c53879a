#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

#include "base/call.h"
#include "base/pause.h"
#include "schemas/run_list.h"
#include "schemas/statistics.h"
#include "tests/e2e/migrated_product.h"
#include "tests/support/paths.h"

// D4: a run that is killed at any instant leaves every schema as it was before or as it is after, and the next run does
// the rest. Each migration leaves a line in a log that has no key, so one that is applied twice shows.
//
//     TENURE_MIGRATE_KILLS=100 TENURE_MIGRATE_SEED=7 build/quick/tests/e2e_tests --gtest_filter='MigrateKill*'
namespace tenure::e2e {
namespace {

constexpr int kTenants = 12;
constexpr int kKills = 6;
constexpr int kMostInARow = 3;
constexpr unsigned kSeed = 20261127;

int number_of(const char* variable, int otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoi(text);
}

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

  std::chrono::milliseconds time_of_a_run() const {
    const auto start = std::chrono::steady_clock::now();
    finish();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  }

  /// False when it had ended by then.
  bool run_and_kill(std::chrono::milliseconds patience) const {
    auto command = product_.words({"--wait", "2m", "--connections", "3"});
    command.insert(command.begin(), TENURE_BINARY);
    test::Process process(command, {.environment = product_.environment()});
    const bool is_running = !process.has_ended_within(patience);
    if (is_running) process.send_signal(SIGKILL);
    process.wait();
    return is_running;
  }

  /// The next run does all that is left, and the one after it nothing.
  void finish() const {
    const auto finished = product_.migrate({"--wait", "2m"});
    EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
    expect_nothing_twice_and_nothing_half();
    EXPECT_EQ(schemas_at(last_), kTenants + 1);
    EXPECT_EQ(product_.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
  }
  int schemas_at(int version) const {
    return std::stoi(product_.value(
        fmt::format("SELECT count(*) FROM tenure.schemas WHERE kind <> 'shared' AND version = {}", version)));
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
  const int kills = number_of("TENURE_MIGRATE_KILLS", kKills);
  const auto seed = static_cast<unsigned>(number_of("TENURE_MIGRATE_SEED", kSeed));
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  write_migration(last_ + 1);
  write_migration(last_ + 1);
  const auto whole = time_of_a_run();
  int killed = 0;
  int in_between = 0;  // with some schemas done and others not
  while (killed < kills) {
    write_migration(last_ + 1);
    write_migration(last_ + 1);
    const int in_a_row = std::uniform_int_distribution(1, kMostInARow)(random);
    for (int kill = 0; kill < in_a_row && killed < kills; ++kill) {
      const auto patience = std::uniform_int_distribution<std::int64_t>(0, whole.count())(random);
      if (!run_and_kill(std::chrono::milliseconds(patience))) break;
      ++killed;
      expect_nothing_twice_and_nothing_half();
      const int done = schemas_at(last_);
      if (done > 0 && done <= kTenants) ++in_between;
    }
    finish();
  }
  EXPECT_EQ(product_.migrate({"--check"}).status, 0);
  std::cout << fmt::format("seed {}: {} runs killed, {} of them between two schemas\n", seed, killed, in_between);
}

// D13, E3: the alert does not wait for the next run to find out.
TEST_F(MigrateKill, ARunThatWasKilledIsCountedAndShownAsSuchBeforeTheNextOneBegins) {
  using pg::operator""_sql;
  const auto outcome = [&] {
    auto connection = product_.database().connect();
    return schemas::list_runs(connection, 1, std::nullopt).runs.at(0).outcome;
  };
  const auto killed = [&] {
    auto connection = product_.database().connect();
    return schemas::read_statistics(connection, {}).runs["abandoned"].count;
  };
  const auto comes_to = [&](const std::string& wanted) {
    const auto deadline = Deadline::after(std::chrono::minutes(2));
    while (outcome() != wanted) {
      if (deadline.has_passed()) return false;
      pause(Milliseconds(50), {});
    }
    return true;
  };
  write_migration(2);
  auto blocker = product_.database().connect();
  blocker.exec("BEGIN"_sql);
  blocker.exec("LOCK TABLE tenant_reference.log"_sql);
  auto command = product_.words({"--lock-timeout", "10m"});
  command.insert(command.begin(), TENURE_BINARY);
  test::Process process(command, {.environment = product_.environment()});
  ASSERT_TRUE(comes_to("running"));
  EXPECT_EQ(killed(), 0);
  process.send_signal(SIGKILL);
  process.wait();
  EXPECT_TRUE(comes_to("abandoned"));
  EXPECT_EQ(killed(), 1);
  blocker.exec("ROLLBACK"_sql);
  finish();
  EXPECT_EQ(outcome(), "completed");
  EXPECT_EQ(killed(), 1);
}

}  // namespace
}  // namespace tenure::e2e
