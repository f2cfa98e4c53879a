#include "pg/installation.h"

#include <gtest/gtest.h>

#include "tests/support/database.h"

// A script of ours runs once, and again when it or what it made has changed.
namespace tenure::pg {
namespace {

class InstallationTest : public ::testing::Test {
 protected:
  void install_counted(const Sql& script) {
    auto session = database_.connect();
    install(session, script, "counted");
  }
  std::string runs() { return database_.value("SELECT last_value FROM runs"); }

  test::TestDatabase database_;
};

const auto kScript = "CREATE TABLE IF NOT EXISTS counted (n int); SELECT nextval('runs')"_sql;

TEST_F(InstallationTest, AScriptThatWasRunIsNotRunAgain) {
  database_.run("CREATE SEQUENCE runs");
  install_counted(kScript);
  install_counted(kScript);
  EXPECT_EQ(runs(), "1");
}

TEST_F(InstallationTest, AnotherScriptIsRun) {
  database_.run("CREATE SEQUENCE runs");
  install_counted(kScript);
  install_counted("SELECT nextval('runs'); ALTER TABLE counted ADD COLUMN IF NOT EXISTS m int"_sql);
  EXPECT_EQ(runs(), "2");
  install_counted(kScript);
  EXPECT_EQ(runs(), "3") << "as a process of the version before does";
}

TEST_F(InstallationTest, WhatIsNoLongerThereIsMadeAgain) {
  database_.run("CREATE SEQUENCE runs");
  install_counted(kScript);
  database_.run("DROP TABLE counted");
  install_counted(kScript);
  EXPECT_EQ(runs(), "2");
  EXPECT_EQ(database_.value("SELECT count(*) FROM counted"), "0");
}

TEST_F(InstallationTest, AScriptThatFailsHasMadeNothingAndIsRunAgain) {
  EXPECT_ANY_THROW(install_counted(kScript)) << "without the sequence";
  EXPECT_EQ(database_.value("SELECT to_regclass('counted') IS NULL"), "t");
  database_.run("CREATE SEQUENCE runs");
  install_counted(kScript);
  EXPECT_EQ(runs(), "1");
}

}  // namespace
}  // namespace tenure::pg
