#include "schemas/migrations/migration_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

// D3: migrations are plain SQL files in order, with a checksum; what is wrong with them is said with the file and line.
namespace tenure::schemas {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class MigrationFolder : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text = "select 1;") const {
    folder_.write("tenant/" + name, text);
  }
  MigrationSet read(Scope scope = Scope::tenant) const { return read_migrations(folder_.path(), scope); }
  /// Without the folder in front.
  std::vector<std::string> problems() const {
    try {
      read();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      auto problems = error.problems().empty() ? std::vector<std::string>{error.what()} : error.problems();
      for (auto& problem : problems) problem = problem.substr(folder_.path().string().size() + 1);
      return problems;
    }
    return {};
  }

  const test::TemporaryFolder folder_;
};

TEST_F(MigrationFolder, IsReadInOrderWithItsWaysBack) {
  write("0002_orders.sql", "create table orders ();");
  write("0001_initial.sql", "create table a (); create table b ();");
  write("0002_orders.down.sql", "drop table orders;");
  write("README.md", "not a migration");
  const auto set = read();
  ASSERT_EQ(set.last(), 2);
  EXPECT_EQ(set.at(1).name, "initial");
  EXPECT_EQ(set.at(1).up.statements.size(), 2U);
  EXPECT_FALSE(set.at(1).down);
  EXPECT_EQ(set.at(2).name, "orders");
  ASSERT_TRUE(set.at(2).down);
  EXPECT_EQ(set.at(2).down->statements.front().text, "drop table orders");
}

TEST_F(MigrationFolder, AScopeWithoutAFolderHasNone) {
  write("0001_initial.sql");
  EXPECT_TRUE(read(Scope::shared).empty());
  EXPECT_EQ(read(Scope::shared).history(0), "");
}

TEST_F(MigrationFolder, AHistoryIsKnownByAllThatItHolds) {
  write("0001_a.sql", "select 1;");
  write("0002_b.sql", "select 2;");
  const auto before = read();
  EXPECT_EQ(before.history(0), "");
  EXPECT_NE(before.history(1), before.history(2));
  write("0001_a.sql", "select 11;");
  const auto edited = read();
  EXPECT_NE(edited.history(1), before.history(1));
  EXPECT_NE(edited.history(2), before.history(2));
}

TEST_F(MigrationFolder, LineEndsAndAByteOrderMarkChangeNoChecksum) {
  write("0001_a.sql", "select 1;\nselect 2;\n");
  const auto unix_ends = read().at(1).checksum;
  write("0001_a.sql", "\xEF\xBB\xBFselect 1;\r\nselect 2;\r\n");
  EXPECT_EQ(read().at(1).checksum, unix_ends);
}

TEST_F(MigrationFolder, AMarkerAtTheTopTakesAFileOutOfItsTransaction) {
  write("0001_a.sql", "-- Large tables.\n\n-- tenure: no-transaction\ncreate index concurrently i on t (a);");
  write("0002_b.sql", "select 1;\n-- tenure: no-transaction\n");
  EXPECT_FALSE(read().at(1).up.is_transactional);
  EXPECT_TRUE(read().at(2).up.is_transactional);
}

TEST_F(MigrationFolder, GapsAreNamed) {
  write("0001_a.sql");
  write("0003_c.sql");
  write("0007_d.sql");
  EXPECT_THAT(problems(), ElementsAre("tenant/" + std::string("0003_c.sql: there is no migration 0002 before it"),
                                      "tenant/0007_d.sql: there is no migration 0004 to 0006 before it"));
}

TEST_F(MigrationFolder, ANumberThereTwiceIsNamed) {
  write("0001_a.sql");
  write("0001_b.sql");
  EXPECT_THAT(problems(), ElementsAre("tenant/0001_b.sql: has the number of 0001_a.sql"));
}

TEST_F(MigrationFolder, EveryProblemIsReportedAtOnce) {
  write("0001_a.sql", "select 'x");
  write("1_b.sql");
  write("0002-c.sql");
  write("0002_C.sql");
  write("0000_d.sql");
  write("0004_e.down.sql");
  EXPECT_THAT(problems(),
              testing::UnorderedElementsAre(
                  "tenant/0001_a.sql:1: a text begins here and does not end",
                  HasSubstr("1_b.sql: is not named like 0001_name.sql"), HasSubstr("0002-c.sql: is not named"),
                  HasSubstr("0002_C.sql: is not named"), HasSubstr("0000_d.sql: is not named"),
                  "tenant/0004_e.down.sql: there is no migration that it is the way back from"));
}

struct Mistake {
  const char* name;
  std::string text;
  const char* problem;  ///< after the file
};

class MigrationMistake : public MigrationFolder, public testing::WithParamInterface<Mistake> {};

TEST_P(MigrationMistake, IsReportedWithItsLine) {
  write("0001_a.sql", GetParam().text);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr(std::string("0001_a.sql") + GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    Scripts, MigrationMistake,
    testing::Values(
        Mistake{"empty", "", ": holds no statement"}, Mistake{"comments", "-- a\n", ": holds no statement"},
        Mistake{"latin_1", "select '\xe9';", ": is not UTF-8 text"},
        Mistake{"nul", std::string("select 1;\0", 10), ": is not UTF-8 text"},
        Mistake{"commit", "select 1;\ncommit;", ":2: a migration is one transaction already"},
        Mistake{"begin", "BEGIN;\nselect 1;", ":1: a migration is one transaction already"},
        Mistake{"begin_without", "-- tenure: no-transaction\nbegin;", ":2: each statement of this file commits"},
        Mistake{"psql", "\\set x 1\n", ":1: a command of psql"},
        Mistake{"copy", "copy t (a) from stdin;", ":1: the rows of COPY FROM STDIN"},
        Mistake{"strings", "set standard_conforming_strings = off;", ":1: standard_conforming_strings must stay"},
        Mistake{"database", "create database d;", ":1: a migration changes one schema"},
        Mistake{"directive", "-- tenure: no-transactions\nselect 1;", ":1: only \"-- tenure: no-transaction\""}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(MigrationFolders, OneThatIsNotThereOrHoldsNothingOfTheKindIsNamed) {
  const test::TemporaryFolder folder;
  EXPECT_THROW(
      {
        try {
          read_migrations(folder / "missing", Scope::tenant);
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), EndsWith("missing: is not a folder, or cannot be entered"));
          throw;
        }
      },
      Error);
  try {
    read_migrations(folder.path(), Scope::tenant);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has neither shared/ nor tenant/"));
  }
}

// A link to itself is what even root cannot enter.
TEST(MigrationFolders, WhatCannotBeReadIsNamed) {
  const test::TemporaryFolder folder;
  const auto reading = [&] {
    try {
      read_migrations(folder.path(), Scope::tenant);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return std::string(error.what());
    }
    return std::string("(no error)");
  };
  folder.link("tenant", "tenant");
  EXPECT_THAT(reading(), EndsWith("tenant: the folder cannot be read"));
  std::filesystem::remove(folder / "tenant");
  folder.write("tenant", "not a folder");
  EXPECT_THAT(reading(), EndsWith("tenant: the folder cannot be read"));
  std::filesystem::remove(folder / "tenant");
  folder.write("tenant/0002_b.sql", "select 1;");
  folder.link("tenant/0001_a.sql", "nowhere");
  EXPECT_THAT(reading(), HasSubstr("0001_a.sql: "));
}

TEST(MigrationFolders, AFileThatIsAFolderIsNamed) {
  const test::TemporaryFolder folder;
  folder.write("tenant/0001_a.sql/x");
  try {
    read_migrations(folder.path(), Scope::tenant);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("0001_a.sql: is not a file"));
  }
}

TEST(MigrationFolders, TheExampleHasAHistoryOfForty) {
  const auto folder = std::filesystem::path(TENURE_SOURCE_DIR) / "examples/saas-schemas/migrations";
  const auto tenant = read_migrations(folder, Scope::tenant);
  EXPECT_EQ(tenant.last(), 40);
  EXPECT_EQ(read_migrations(folder, Scope::shared).last(), 3);
  for (const auto& migration : tenant.all()) EXPECT_TRUE(migration.down) << migration.name;
  EXPECT_FALSE(tenant.at(31).up.is_transactional);
}

}  // namespace
}  // namespace tenure::schemas
