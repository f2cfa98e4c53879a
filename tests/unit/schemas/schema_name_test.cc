#include "schemas/provision/schema_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"

// Issue 5: anything users type becomes a safe schema name; reserved and over-long ones are refused; names that differ
// only in case never collide.
namespace tenure::schemas {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string error_of(std::string_view prefix, std::string_view typed, std::string_view reference = {}) {
  try {
    return "no error: " + schema_name_for(prefix, typed, reference);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
}

TEST(SchemaName, PlainTextStaysReadable) {
  EXPECT_EQ(schema_name_for("tenant_", "acme"), "tenant_acme");
  EXPECT_EQ(schema_name_for("tenant_", "42"), "tenant_42");
  EXPECT_EQ(schema_name_for("tenant_", "  acme "), "tenant_acme");
  EXPECT_EQ(schema_name_for("", "acme_2"), "acme_2");
}

TEST(SchemaName, EverythingElseIsFoldedAndMarked) {
  EXPECT_THAT(schema_name_for("tenant_", "Café Müller & Söhne"), MatchesRegex("tenant_caf_m_ller_s_hne_[0-9a-f]{8}"));
  EXPECT_THAT(schema_name_for("tenant_", "a\"; drop schema public; --"),
              MatchesRegex("tenant_a_drop_schema_public_[0-9a-f]{8}"));
  EXPECT_THAT(schema_name_for("tenant_", "株式会社"), MatchesRegex("tenant_[0-9a-f]{8}"));
  EXPECT_THAT(schema_name_for("", "42"), MatchesRegex("[a-z_][0-9a-f_]+"));
}

TEST(SchemaName, NamesThatDifferOnlyInCaseOrInAccentsNeverCollide) {
  const std::vector<std::string> typed{"acme", "Acme", "ACME", "aCme",   "müller", "möller", "muller", "a b",
                                       "a-b",  "a_b",  "a  b", "a.b",    "A B",    "ä",      "ö",      "a'b",
                                       "a\"b", "a/b",  "a\\b", "select", "SELECT", "table",  "1a",     "1A"};
  std::set<std::string> names;
  for (const auto& text : typed) names.insert(schema_name_for("t_", text));
  EXPECT_EQ(names.size(), typed.size());
}

TEST(SchemaName, TextThatLooksMarkedIsMarkedItself) {
  const auto marked = schema_name_for("t_", "Acme");
  const auto typed = marked.substr(2);
  EXPECT_NE(schema_name_for("t_", typed), marked);
}

TEST(SchemaName, AWordOfSqlNeverStandsAlone) {
  for (const auto* word : {"select", "user", "table", "order", "all", "with"}) {
    EXPECT_THAT(schema_name_for("", word), MatchesRegex(std::string(word) + "_[0-9a-f]{8}"));
  }
  EXPECT_THAT(schema_name_for("t", "able"), MatchesRegex("table_[0-9a-f]{8}"));
  EXPECT_EQ(schema_name_for("t_", "select"), "t_select");
}

TEST(SchemaName, ReservedOnesAreRefused) {
  for (const auto* name : {"public", "information_schema", "pg_catalog", "pg_x", "tenure", "tenancy", "identity",
                           "super_tenant", "tenure_ready_1"}) {
    EXPECT_THAT(error_of("", name), HasSubstr("is reserved")) << name;
  }
  EXPECT_THAT(error_of("tenant_", "reference", "tenant_reference"), HasSubstr("name: tenant_reference is reserved"));
}

TEST(SchemaName, OverLongOnesAreRefused) {
  EXPECT_EQ(schema_name_for("t_", std::string(61, 'a')).size(), 63U);
  EXPECT_THAT(error_of("t_", std::string(62, 'a')), HasSubstr("name: is too long"));
  EXPECT_THAT(error_of("t_", "A" + std::string(60, 'a')), HasSubstr("name: is too long"));
}

TEST(SchemaName, WhatIsNoTextIsRefused) {
  EXPECT_EQ(error_of("t_", ""), "name: is empty");
  EXPECT_EQ(error_of("t_", "   "), "name: is empty");
  EXPECT_EQ(error_of("t_", "a\nb"), "name: holds a control character");
  EXPECT_EQ(error_of("t_", std::string("a\0b", 3)), "name: holds a control character");
  EXPECT_EQ(error_of("t_", "\xff"), "name: is not UTF-8 text");
}

}  // namespace
}  // namespace tenure::schemas
