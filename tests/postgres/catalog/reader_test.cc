#include "catalog/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/postgres/catalog/reading.h"

namespace tenure::catalog {
namespace {

using test::named;
using test::read_after;
using test::read_from;
using test::table_in;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> names(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& table : catalog.tables) names.push_back(table.name.str());
  return names;
}

class Reader : public ::testing::Test {
 protected:
  test::TestDatabase database_;
};

// Tables.

TEST_F(Reader, AnEmptyDatabaseHasNoTables) {
  const auto catalog = read_from(database_);
  EXPECT_THAT(catalog.tables, IsEmpty());
  EXPECT_THAT(catalog.materialized_views, IsEmpty());
}

TEST_F(Reader, TablesOfEverySchemaButPostgresAndTenuresOwnAreSortedByName) {
  const auto catalog = read_after(database_, R"(
    CREATE SCHEMA sales; CREATE SCHEMA tenure; CREATE SCHEMA "Sales";
    CREATE TABLE sales.b (); CREATE TABLE sales."B" (); CREATE TABLE "Sales".a (); CREATE TABLE zoo ();
    CREATE TABLE tenure.receipts (); CREATE VIEW a_view AS SELECT 1; CREATE SEQUENCE a_sequence;
    CREATE UNLOGGED TABLE cache ();
  )");
  EXPECT_THAT(names(catalog), ElementsAre("Sales.a", "public.cache", "public.zoo", "sales.B", "sales.b"));
  EXPECT_NE(catalog.find({"sales", "B"}), nullptr);
}

TEST_F(Reader, TemporaryTablesAreNotThere) {
  auto connection = database_.connect();
  connection.run_script(
      pg::Sql::script_from_operator("CREATE TEMPORARY TABLE scratch (id int); CREATE TABLE orders ()"));
  EXPECT_THAT(names(read_catalog(connection)), ElementsAre("public.orders"));
}

TEST_F(Reader, InATransactionItSeesWhatThatTransactionSees) {
  auto connection = database_.connect();
  connection.run_script(pg::Sql::script_from_operator("BEGIN; CREATE TABLE orders ()"));
  EXPECT_THAT(names(read_catalog(connection)), ElementsAre("public.orders"));
  EXPECT_THAT(names(read_from(database_)), IsEmpty());
}

TEST_F(Reader, KindsOfTables) {
  const auto catalog = read_after(database_, R"(
    CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
    CREATE FOREIGN TABLE remote (id int) SERVER elsewhere;
    CREATE TABLE plain (id int);
    CREATE TABLE parts (id int) PARTITION BY HASH (id);
  )");
  EXPECT_EQ(table_in(catalog, "remote").kind, TableKind::foreign);
  EXPECT_EQ(table_in(catalog, "plain").kind, TableKind::ordinary);
  EXPECT_EQ(table_in(catalog, "parts").kind, TableKind::partitioned);
}

TEST_F(Reader, PartitionsAreFoldedIntoTheirRoot) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE events (id int, day date) PARTITION BY RANGE (day);
    CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
    CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE) PARTITION BY HASH (id);
    CREATE TABLE events_new_0 PARTITION OF events_new FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    INSERT INTO events SELECT n, '2025-06-01' FROM generate_series(1, 30) AS n;
    INSERT INTO events SELECT n, '2026-06-01' FROM generate_series(1, 12) AS n;
    ANALYZE;
  )");
  EXPECT_THAT(names(catalog), ElementsAre("public.events"));
  EXPECT_EQ(table_in(catalog, "events").estimated_rows, 42);
  EXPECT_THAT(table_in(catalog, "events").inherits, IsEmpty());
}

TEST_F(Reader, InheritingTablesAreTablesWithParents) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE TABLE child (z int) INHERITS (b, a);
  )");
  EXPECT_THAT(table_in(catalog, "child").inherits, ElementsAre(TableName{"public", "b"}, TableName{"public", "a"}));
  EXPECT_THAT(table_in(catalog, "a").inherits, IsEmpty());
}

TEST_F(Reader, TablesOfAnExtensionAreMarked) {
  const auto catalog =
      read_after(database_, "CREATE TABLE theirs (); CREATE TABLE ours (); ALTER EXTENSION plpgsql ADD TABLE theirs");
  EXPECT_TRUE(table_in(catalog, "theirs").is_extension_member);
  EXPECT_FALSE(table_in(catalog, "ours").is_extension_member);
}

TEST_F(Reader, RowSecurityAndRulesOnDeleteAreMarked) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE guarded (); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
    CREATE TABLE frozen (); CREATE RULE keep AS ON DELETE TO frozen DO INSTEAD NOTHING;
    CREATE TABLE logged (); CREATE RULE note AS ON INSERT TO logged DO ALSO NOTHING;
  )");
  EXPECT_TRUE(table_in(catalog, "guarded").has_row_security);
  EXPECT_FALSE(table_in(catalog, "guarded").has_delete_rule);
  EXPECT_TRUE(table_in(catalog, "frozen").has_delete_rule);
  EXPECT_FALSE(table_in(catalog, "frozen").has_row_security);
  EXPECT_FALSE(table_in(catalog, "logged").has_delete_rule);
}

TEST_F(Reader, RowsAreEstimatedFromTheStatistics) {
  EXPECT_EQ(table_in(read_after(database_, "CREATE TABLE t (n int)"), "t").estimated_rows, 0);
  const auto catalog = read_after(database_, "INSERT INTO t SELECT generate_series(1, 7); ANALYZE t");
  EXPECT_EQ(table_in(catalog, "t").estimated_rows, 7);
}

// Columns.

TEST_F(Reader, TypesAreClassedByWhatTheyCanHold) {
  const auto catalog = read_after(database_, R"(
    CREATE DOMAIN tenant_ref AS uuid; CREATE DOMAIN short_name AS varchar(10); CREATE DOMAIN amount AS int;
    CREATE TYPE mood AS ENUM ('good');
    CREATE TYPE folded;
    CREATE FUNCTION folded_in(cstring) RETURNS folded AS 'textin' LANGUAGE internal IMMUTABLE STRICT;
    CREATE FUNCTION folded_out(folded) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT;
    CREATE TYPE folded (INPUT = folded_in, OUTPUT = folded_out, LIKE = text, CATEGORY = 'S');
    CREATE TABLE t (a uuid, b tenant_ref, c text, d varchar(36), e char(36), f short_name, g folded, h name,
                    i int, j amount, k bytea, l mood, m uuid[], n jsonb, o numeric(12,2));
  )");
  const auto& columns = table_in(catalog, "t").columns;
  std::string classes;
  for (const auto& column : columns) {
    classes += column.type_class == TypeClass::uuid ? 'u' : column.type_class == TypeClass::text ? 't' : '-';
  }
  EXPECT_EQ(classes,
            "uuttttt"
            "t"
            "-------");
  EXPECT_EQ(named(columns, "o").type, "numeric(12,2)");
  EXPECT_EQ(named(columns, "d").type, "character varying(36)");
  EXPECT_EQ(named(columns, "b").type, "tenant_ref");
}

TEST_F(Reader, WhatAColumnAllows) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE t (plain int, required int NOT NULL, preset int DEFAULT 7, made int GENERATED ALWAYS AS (plain + 1) STORED,
                    counted int GENERATED ALWAYS AS IDENTITY, gone int, "Odd, ""Name""" int);
    ALTER TABLE t DROP COLUMN gone;
  )");
  const auto& columns = table_in(catalog, "t").columns;
  ASSERT_EQ(columns.size(), 6);
  EXPECT_EQ(columns[0], (Column{.name = "plain", .type = "integer"}));
  EXPECT_EQ(columns[1], (Column{.name = "required", .type = "integer", .is_not_null = true}));
  EXPECT_EQ(columns[2], (Column{.name = "preset", .type = "integer", .has_default = true}));
  EXPECT_EQ(columns[3], (Column{.name = "made", .type = "integer", .is_generated = true, .has_default = true}));
  EXPECT_EQ(columns[4], (Column{.name = "counted", .type = "integer", .is_not_null = true, .is_identity = true}));
  EXPECT_EQ(columns[5].name, "Odd, \"Name\"");
}

// Materialised views.

TEST_F(Reader, AMaterialisedViewIsFollowedToTheTablesItReads) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE orders (id int); CREATE TABLE cities (name text); CREATE TABLE unread ();
    CREATE TABLE events (id int) PARTITION BY HASH (id);
    CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE VIEW recent AS SELECT id FROM orders;
    CREATE VIEW most_recent AS SELECT id FROM recent;
    CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM most_recent, cities;
    CREATE MATERIALIZED VIEW second AS SELECT * FROM totals;
    CREATE MATERIALIZED VIEW parts AS SELECT count(*) FROM events_0;
    CREATE MATERIALIZED VIEW constants AS SELECT 1 AS one;
  )");
  std::map<std::string, std::vector<std::string>> reads;
  for (const auto& view : catalog.materialized_views) {
    for (const auto& table : view.reads) reads[view.name.str()].push_back(table.name);
    std::ranges::sort(reads[view.name.str()]);
  }
  EXPECT_EQ(reads, (std::map<std::string, std::vector<std::string>>{{"public.totals", {"cities", "orders"}},
                                                                    {"public.second", {"cities", "orders"}},
                                                                    {"public.parts", {"events"}}}));
}

// What the role and the server allow.

class ReaderAs : public Reader {
 protected:
  /// A login of this name and database, which are unique in the cluster.
  std::string role(const char* name) const { return fmt::format("{}_{}", database_.name(), name); }

  ServerFacts facts_as(const std::string& role) const {
    auto connection = pg::Connection::open(database_.settings().with("user", role));
    return read_catalog(connection).server;
  }
};

TEST_F(ReaderAs, ASuperuserMaySkipTriggers) {
  EXPECT_EQ(read_from(database_).server, (ServerFacts{.may_skip_triggers = true, .counts_rows = true}));
}

TEST_F(ReaderAs, APlainRoleMayNotUnlessItWasGranted) {
  database_.run(
      fmt::format("CREATE ROLE {0} LOGIN; CREATE ROLE {1} LOGIN; "
                  "GRANT SET ON PARAMETER session_replication_role TO {1}",
                  role("plain"), role("trusted")));
  EXPECT_FALSE(facts_as(role("plain")).may_skip_triggers);
  EXPECT_TRUE(facts_as(role("trusted")).may_skip_triggers);
  database_.run(fmt::format("DROP OWNED BY {1}; DROP ROLE {0}; DROP ROLE {1}", role("plain"), role("trusted")));
}

TEST_F(ReaderAs, ARoleWithoutAnyPrivilegeReadsTheSameTables) {
  database_.run(
      fmt::format("CREATE SCHEMA closed; CREATE TABLE closed.orders (id uuid PRIMARY KEY); CREATE ROLE {} LOGIN",
                  role("stranger")));
  auto connection = pg::Connection::open(database_.settings().with("user", role("stranger")));
  EXPECT_EQ(read_catalog(connection).tables, read_from(database_).tables);
  database_.run("DROP ROLE " + role("stranger"));
}

TEST_F(ReaderAs, WhetherRowsAreCountedIsRead) {
  database_.run(fmt::format("ALTER DATABASE {} SET track_counts = off", database_.name()));
  EXPECT_FALSE(read_from(database_).server.counts_rows);
}

}  // namespace
}  // namespace tenure::catalog
