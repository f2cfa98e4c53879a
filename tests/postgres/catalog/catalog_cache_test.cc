#include "catalog/catalog_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/transaction.h"
#include "tests/postgres/catalog/reading.h"

// F3: the plan is made of the live catalog, however long the process has been running.
namespace tenure::catalog {
namespace {

constexpr const char* kSchema = R"(
  CREATE SCHEMA sales;
  CREATE DOMAIN sales.code AS text;
  CREATE TYPE sales.state AS ENUM ('open');
  CREATE TABLE customers (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, code sales.code, state sales.state[]);
  CREATE TABLE orders (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers, note text);
  CREATE TABLE events (day int NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE events_1 (LIKE events);
  CREATE TABLE base (id int);
  CREATE TABLE derived (id int);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER on_order AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION noted();
)";

class CatalogCaching : public ::testing::Test {
 protected:
  CatalogCaching() { database_.run(kSchema); }

  std::shared_ptr<const CatalogCache::Known> read() {
    auto connection = database_.connect();
    return cache_.read(connection);
  }
  /// That the cache says what is there, statistics included.
  void expect_live(const char* after) {
    const auto known = read();
    const auto live = test::read_from(database_);
    EXPECT_EQ(known->catalog.tables, live.tables) << after;
    EXPECT_EQ(known->catalog.materialized_views, live.materialized_views) << after;
    EXPECT_EQ(known->catalog.server, live.server) << after;
    EXPECT_EQ(known->digest, live.digest()) << after;
  }

  test::TestDatabase database_;
  CatalogCache cache_;
};

TEST_F(CatalogCaching, CatalogThatHasNotChangedIsNotReadAgain) {
  const auto first = read();
  database_.run("INSERT INTO base VALUES (1); CREATE SCHEMA tenure; CREATE TABLE tenure.receipts (id int)");
  EXPECT_EQ(read(), first);
  EXPECT_EQ(first->catalog.tables, test::read_from(database_).tables);
}

TEST_F(CatalogCaching, EveryAlterationIsSeenAtOnce) {
  expect_live("the schema");
  for (const auto* alteration : {
           "ALTER TABLE orders ADD COLUMN tenant_id uuid",
           "ALTER TABLE orders ALTER COLUMN tenant_id SET NOT NULL",
           "ALTER TABLE orders ALTER COLUMN tenant_id TYPE text",
           "ALTER TABLE orders ALTER COLUMN tenant_id SET DEFAULT ''",
           "ALTER TABLE orders RENAME COLUMN tenant_id TO owner",
           "ALTER TABLE orders DROP COLUMN owner",
           "ALTER TABLE orders ADD COLUMN made text GENERATED ALWAYS AS (note) STORED",
           "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey",
           "ALTER TABLE orders ADD CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID",
           "ALTER TABLE orders VALIDATE CONSTRAINT orders_fk",
           "ALTER TABLE orders ALTER CONSTRAINT orders_fk DEFERRABLE",
           "CREATE INDEX by_customer ON orders (customer_id)",
           "ALTER INDEX by_customer RENAME TO of_customer",
           "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'of_customer'::regclass",
           "DROP INDEX of_customer",
           "ALTER TABLE orders DISABLE TRIGGER on_order",
           "ALTER TABLE orders ENABLE ALWAYS TRIGGER on_order",
           "ALTER FUNCTION noted() RENAME TO seen",
           "ALTER TRIGGER on_order ON orders RENAME TO on_deletion",
           "DROP TRIGGER on_deletion ON orders",
           "ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (1) TO (2)",
           "ALTER TABLE events DETACH PARTITION events_1",
           "ALTER TABLE derived INHERIT base",
           "ALTER TABLE derived NO INHERIT base",
           "CREATE RULE kept AS ON DELETE TO base DO INSTEAD NOTHING",
           "DROP RULE kept ON base",
           "CREATE VIEW all_orders AS SELECT * FROM orders",
           "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM all_orders",
           "DROP MATERIALIZED VIEW counted",
           "ALTER TABLE base ENABLE ROW LEVEL SECURITY",
           "ALTER EXTENSION plpgsql ADD TABLE base",
           "ALTER EXTENSION plpgsql DROP TABLE base",
           "ALTER DOMAIN sales.code RENAME TO number",
           "ALTER TYPE sales.state RENAME TO status",
           "ALTER SCHEMA sales RENAME TO trade",
           "ALTER TABLE orders SET SCHEMA trade",
           "ALTER TABLE trade.orders RENAME TO purchases",
           "INSERT INTO base SELECT generate_series(1, 1000); ANALYZE base",
           "CREATE TABLE added (id int)",
           "DROP TABLE added",
       }) {
    const auto before = read();
    database_.run(alteration);
    EXPECT_NE(read(), before) << alteration;
    expect_live(alteration);
  }
}

TEST_F(CatalogCaching, TransactionSeesItsOwnAlterationsAndNobodyElseDoes) {
  const auto before = read();
  auto connection = database_.connect();
  {
    pg::Transaction transaction(connection);
    connection.run_script(pg::Sql::script_from_operator("CREATE TABLE added (id int)"));
    EXPECT_NE(cache_.read(connection)->catalog.find({"public", "added"}), nullptr);
    EXPECT_EQ(read()->catalog.tables, before->catalog.tables);
  }
  EXPECT_EQ(cache_.read(connection)->catalog.tables, before->catalog.tables);
}

// A plan of a fixed snapshot is of the tables as they were then.
TEST_F(CatalogCaching, FixedSnapshotSeesTheCatalogOfItsBeginning) {
  read();
  auto connection = database_.connect();
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  const auto before = cache_.read(connection);
  database_.run("CREATE TABLE added (id int)");
  EXPECT_NE(read()->catalog.find({"public", "added"}), nullptr);
  EXPECT_EQ(cache_.read(connection)->catalog.tables, before->catalog.tables);
}

TEST_F(CatalogCaching, WhatTheRoleMayDoIsAskedEachTime) {
  auto connection = database_.connect();
  const auto before = cache_.read(connection)->catalog.server;
  connection.run_script(pg::Sql::script_from_operator("SET track_counts = off"));
  EXPECT_NE(cache_.read(connection)->catalog.server, before);
}

}  // namespace
}  // namespace tenure::catalog
