#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/postgres/catalog/reading.h"

namespace tenure::catalog {
namespace {

constexpr const char* kSchema = R"(
  CREATE TABLE customers (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, name text);
  CREATE TABLE orders (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers, note text);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE FUNCTION noted_twice() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER on_order AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION noted();
)";

class ReaderDigest : public ::testing::Test {
 protected:
  ReaderDigest() { database_.run(kSchema); }
  std::string digest() const { return test::read_from(database_).digest(); }

  test::TestDatabase database_;
};

// F3: the plan is bound to the catalog it was made of.

TEST_F(ReaderDigest, TwoReadsAreEqual) {
  EXPECT_EQ(digest(), digest());
  EXPECT_EQ(digest().size(), 64);
}

TEST_F(ReaderDigest, TheSameSchemaInAnotherDatabaseIsEqual) {
  const test::TestDatabase other;
  other.run("CREATE TABLE unrelated (); DROP TABLE unrelated;");
  other.run(kSchema);
  EXPECT_EQ(digest(), test::read_from(other).digest());
}

TEST_F(ReaderDigest, RowsAndStatisticsDoNotMatter) {
  const auto before = digest();
  database_.run(
      "INSERT INTO customers SELECT gen_random_uuid(), gen_random_uuid(), 'x' FROM generate_series(1, 100); ANALYZE");
  EXPECT_EQ(before, digest());
}

TEST_F(ReaderDigest, EveryAlterationChangesIt) {
  auto before = digest();
  for (const auto* alteration : {
           "ALTER TABLE orders ADD COLUMN tenant_id uuid",
           "ALTER TABLE orders ALTER COLUMN tenant_id SET NOT NULL",
           "ALTER TABLE orders ALTER COLUMN tenant_id TYPE text",
           "ALTER TABLE orders ALTER COLUMN tenant_id SET DEFAULT ''",
           "ALTER TABLE orders RENAME COLUMN tenant_id TO owner",
           "ALTER TABLE orders DROP COLUMN owner",
           "ALTER TABLE orders ADD COLUMN made text GENERATED ALWAYS AS (note) STORED",
           "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey",
           "ALTER TABLE orders ADD CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES customers ON DELETE "
           "CASCADE",
           "ALTER TABLE orders ALTER CONSTRAINT orders_fk DEFERRABLE",
           "CREATE INDEX ON orders (customer_id)",
           "ALTER TABLE orders DISABLE TRIGGER on_order",
           "ALTER TABLE orders ENABLE ALWAYS TRIGGER on_order",
           "CREATE OR REPLACE TRIGGER on_order AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION noted_twice()",
           "CREATE OR REPLACE TRIGGER on_order AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noted_twice()",
           "CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING",
           "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
           "CREATE TABLE added (LIKE customers)",
           "ALTER TABLE added INHERIT customers",
           "ALTER EXTENSION plpgsql ADD TABLE added",
           "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders",
           "ALTER TABLE orders RENAME TO purchases",
           "CREATE SCHEMA sales; ALTER TABLE purchases SET SCHEMA sales",
       }) {
    database_.run(alteration);
    const auto after = digest();
    EXPECT_NE(before, after) << alteration;
    before = after;
  }
}

}  // namespace
}  // namespace tenure::catalog
