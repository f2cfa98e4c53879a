#include "schemas/migrations/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

// D3: a script is split where PostgreSQL splits it, so that an error can be said with its line and statement.
namespace tenure::schemas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts_of(std::string_view script) {
  std::vector<std::string> texts;
  for (const auto& statement : split_statements(script)) texts.push_back(statement.text);
  return texts;
}

std::string error_of(std::string_view script) {
  try {
    split_statements(script);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "(no error)";
}

TEST(Statements, EndWithASemicolonOrTheScript) {
  EXPECT_THAT(texts_of("select 1; select 2"), ElementsAre("select 1", "select 2"));
  EXPECT_THAT(texts_of("  select 1 ;\n\n;;select 2;\n"), ElementsAre("select 1", "select 2"));
}

TEST(Statements, CommentsAloneAreNone) {
  EXPECT_THAT(texts_of(""), IsEmpty());
  EXPECT_THAT(texts_of("-- a;\n/* b; /* c; */ d; */ ;"), IsEmpty());
}

TEST(Statements, CommentsBeforeAndBehindDoNotBelongToThem) {
  EXPECT_THAT(texts_of("-- first;\nselect /* in; */ 1 -- last;\n;"), ElementsAre("select /* in; */ 1"));
}

TEST(Statements, SemicolonsInQuotesEndNothing) {
  EXPECT_THAT(texts_of("select 'a;b', 'it''s;', \"c;\"\"d;\"; select 2"),
              ElementsAre("select 'a;b', 'it''s;', \"c;\"\"d;\"", "select 2"));
}

TEST(Statements, ABackslashEscapesOnlyInEStrings) {
  EXPECT_THAT(texts_of(R"(select E'a\';b'; select 2)"), ElementsAre(R"(select E'a\';b')", "select 2"));
  EXPECT_THAT(texts_of(R"(select 'a\'; select 2)"), ElementsAre(R"(select 'a\')", "select 2"));
  EXPECT_THAT(texts_of(R"(select U&'a\'; select N'b\')"), ElementsAre(R"(select U&'a\')", R"(select N'b\')"));
}

TEST(Statements, ANameThatEndsInEIsNoPrefixOfAString) {
  EXPECT_THAT(texts_of(R"(select date'a\'; select 2)"), ElementsAre(R"(select date'a\')", "select 2"));
}

TEST(Statements, DollarQuotesHoldAnything) {
  EXPECT_THAT(texts_of("do $$ begin; ' end $$; do $a$ $$;$b$; $a$; select 1"),
              ElementsAre("do $$ begin; ' end $$", "do $a$ $$;$b$; $a$", "select 1"));
}

TEST(Statements, ADollarInANameOrAParameterOpensNoQuote) {
  EXPECT_THAT(texts_of("select a$b$c; select d$; select $1; select $2$; select 1"),
              ElementsAre("select a$b$c", "select d$", "select $1", "select $2$", "select 1"));
}

TEST(Statements, ABodyInBeginAtomicIsOneStatement) {
  const std::string function =
      "create or replace function f(a int) returns int begin atomic select case when a > 0 then 1 end; select 2; end";
  EXPECT_THAT(texts_of(function + "; select 1"), ElementsAre(function, "select 1"));
  EXPECT_THAT(texts_of("create procedure p() begin atomic insert into t values (1); end; select 1"),
              ElementsAre("create procedure p() begin atomic insert into t values (1); end", "select 1"));
}

TEST(Statements, BeginElsewhereIsAnOrdinaryWord) {
  EXPECT_THAT(texts_of("begin; select 1; end"), ElementsAre("begin", "select 1", "end"));
  EXPECT_THAT(texts_of("create table begin (end int); select 1"),
              ElementsAre("create table begin (end int)", "select 1"));
}

TEST(Statements, RulesKeepTheSemicolonsInTheirParentheses) {
  EXPECT_THAT(texts_of("create rule r as on insert to t do (delete from a; delete from b); select 1"),
              ElementsAre("create rule r as on insert to t do (delete from a; delete from b)", "select 1"));
}

TEST(Statements, EachKnowsTheLineOfItsFirstWord) {
  const auto statements = split_statements("\n-- a\n\nselect\n1;\n/* b\n*/ select 2;");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].line, 4);
  EXPECT_EQ(statements[1].line, 7);
}

TEST(Statements, FirstWordsAreInLowerCaseUpToWhatIsNoWord) {
  const auto statements = split_statements("CREATE Index /* x */ CONCURRENTLY \"i\" on t; commit");
  EXPECT_THAT(statements[0].words, ElementsAre("create", "index", "concurrently"));
  EXPECT_TRUE(statements[0].starts_with({"create", "index"}));
  EXPECT_FALSE(statements[0].starts_with({"create", "table"}));
  EXPECT_TRUE(statements[1].starts_with({"commit"}));
}

TEST(Statements, WhatDoesNotEndIsNamedWithTheLineWhereItBegan) {
  EXPECT_EQ(error_of("select 1;\nselect 'a;\n\n"), "line 2: a text begins here and does not end");
  EXPECT_EQ(error_of("\nselect \"a"), "line 2: a quoted name begins here and does not end");
  EXPECT_EQ(error_of("do $x$ a $y$;\n"), "line 1: a text in $x$ begins here and does not end");
  EXPECT_EQ(error_of("\n\n/* a /* b */"), "line 3: a comment begins here and does not end");
}

TEST(Statements, CommandsOfPsqlAreRefused) {
  EXPECT_THAT(error_of("select 1;\n\\d t\n"), HasSubstr("line 2: a command of psql"));
}

}  // namespace
}  // namespace tenure::schemas
