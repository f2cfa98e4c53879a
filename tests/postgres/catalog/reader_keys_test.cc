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
using ::testing::SizeIs;

class ReaderOfKeys : public ::testing::Test {
 protected:
  test::TestDatabase database_;
};

// Foreign keys.

TEST_F(ReaderOfKeys, AKeyWithItsColumnsInTheirOrder) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE orders (number int, tenant uuid, UNIQUE (tenant, number));
    CREATE TABLE items (order_tenant uuid, order_number int, CONSTRAINT items_order
      FOREIGN KEY (order_number, order_tenant) REFERENCES orders (number, tenant) ON DELETE CASCADE);
  )");
  EXPECT_THAT(table_in(catalog, "items").foreign_keys,
              ElementsAre(ForeignKey{.name = "items_order",
                                     .columns = {"order_number", "order_tenant"},
                                     .parent = {"public", "orders"},
                                     .parent_columns = {"number", "tenant"},
                                     .on_delete = OnDelete::cascade}));
}

TEST_F(ReaderOfKeys, EveryOnDelete) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE c (a int REFERENCES p, b int REFERENCES p ON DELETE RESTRICT, c int REFERENCES p ON DELETE CASCADE,
                    d int REFERENCES p ON DELETE SET NULL, e int REFERENCES p ON DELETE SET DEFAULT);
  )");
  const auto& keys = table_in(catalog, "c").foreign_keys;
  EXPECT_EQ(named(keys, "c_a_fkey").on_delete, OnDelete::no_action);
  EXPECT_EQ(named(keys, "c_b_fkey").on_delete, OnDelete::restrict);
  EXPECT_EQ(named(keys, "c_c_fkey").on_delete, OnDelete::cascade);
  EXPECT_EQ(named(keys, "c_d_fkey").on_delete, OnDelete::set_null);
  EXPECT_EQ(named(keys, "c_e_fkey").on_delete, OnDelete::set_default);
}

TEST_F(ReaderOfKeys, DeferrableAndNotValid) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE p (id int PRIMARY KEY);
    CREATE TABLE c (a int REFERENCES p, b int REFERENCES p DEFERRABLE, c int);
    ALTER TABLE c ADD CONSTRAINT c_later FOREIGN KEY (c) REFERENCES p NOT VALID;
  )");
  const auto& keys = table_in(catalog, "c").foreign_keys;
  EXPECT_FALSE(named(keys, "c_a_fkey").is_deferrable);
  EXPECT_TRUE(named(keys, "c_a_fkey").is_validated);
  EXPECT_TRUE(named(keys, "c_b_fkey").is_deferrable);
  EXPECT_FALSE(named(keys, "c_later").is_validated);
}

TEST_F(ReaderOfKeys, ToItselfAndAcrossSchemas) {
  const auto catalog = read_after(database_, R"(
    CREATE SCHEMA sales; CREATE TABLE sales.orders (id int PRIMARY KEY, base int REFERENCES sales.orders);
    CREATE TABLE items (order_id int REFERENCES sales.orders);
  )");
  EXPECT_EQ(table_in(catalog, "items").foreign_keys.at(0).parent, (TableName{"sales", "orders"}));
  EXPECT_EQ(catalog.find({"sales", "orders"})->foreign_keys.at(0).parent, (TableName{"sales", "orders"}));
}

TEST_F(ReaderOfKeys, KeysOfAndToPartitionsBelongToTheirRootsOnce) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE p (id int PRIMARY KEY) PARTITION BY HASH (id);
    CREATE TABLE p_0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE c (id int, p_id int CONSTRAINT c_to_root REFERENCES p) PARTITION BY HASH (id);
    CREATE TABLE c_0 PARTITION OF c FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    ALTER TABLE c_0 ADD CONSTRAINT c_0_own FOREIGN KEY (id) REFERENCES p_0;
  )");
  const auto& keys = table_in(catalog, "c").foreign_keys;
  EXPECT_THAT(keys, SizeIs(2));
  EXPECT_EQ(named(keys, "c_to_root").parent, (TableName{"public", "p"}));
  EXPECT_EQ(named(keys, "c_0_own").parent, (TableName{"public", "p"}));
  EXPECT_THAT(named(keys, "c_0_own").columns, ElementsAre("id"));
}

TEST_F(ReaderOfKeys, NamesMayHoldAnything) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE p ("a,b" int, "q""x" int, "back\slash" int, "NULL" int, "{}" int, " " int,
                    PRIMARY KEY ("a,b", "q""x", "back\slash", "NULL", "{}", " "));
    CREATE TABLE c (a int, b int, c int, d int, e int, f int, FOREIGN KEY (a, b, c, d, e, f) REFERENCES p);
  )");
  EXPECT_THAT(table_in(catalog, "c").foreign_keys.at(0).parent_columns,
              ElementsAre("a,b", "q\"x", "back\\slash", "NULL", "{}", " "));
}

// Indexes.

TEST_F(ReaderOfKeys, IndexesWithTheirLeadingPlainColumns) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, UNIQUE (b, a));
    CREATE INDEX t_both ON t (a, b);
    CREATE INDEX t_part ON t (a) WHERE b IS NULL;
    CREATE INDEX t_expression ON t (a, lower(b), id);
    CREATE INDEX t_expression_first ON t (lower(b), a);
    CREATE INDEX t_covering ON t (b) INCLUDE (a);
  )");
  const auto& indexes = table_in(catalog, "t").indexes;
  EXPECT_THAT(indexes, SizeIs(7));
  EXPECT_EQ(named(indexes, "t_pkey"),
            (Index{.name = "t_pkey", .columns = {"id"}, .is_unique = true, .is_primary = true}));
  EXPECT_EQ(named(indexes, "t_b_a_key"), (Index{.name = "t_b_a_key", .columns = {"b", "a"}, .is_unique = true}));
  EXPECT_EQ(named(indexes, "t_both"), (Index{.name = "t_both", .columns = {"a", "b"}}));
  EXPECT_EQ(named(indexes, "t_part"), (Index{.name = "t_part", .columns = {"a"}, .is_partial = true}));
  EXPECT_THAT(named(indexes, "t_expression").columns, ElementsAre("a"));
  EXPECT_THAT(named(indexes, "t_expression_first").columns, IsEmpty());
  EXPECT_THAT(named(indexes, "t_covering").columns, ElementsAre("b"));
}

TEST_F(ReaderOfKeys, AnIndexThatCouldNotBeBuiltIsInvalid) {
  database_.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)");
  EXPECT_THROW(database_.run("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)"), Error);
  EXPECT_FALSE(table_in(read_from(database_), "t").indexes.at(0).is_valid);
}

TEST_F(ReaderOfKeys, IndexesOfPartitionsAreThoseOfTheRoot) {
  const auto catalog = read_after(database_, R"(
    CREATE TABLE p (id int) PARTITION BY HASH (id); CREATE INDEX p_id ON p (id);
    CREATE TABLE p_0 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  )");
  EXPECT_THAT(table_in(catalog, "p").indexes, ElementsAre(Index{.name = "p_id", .columns = {"id"}}));
}

// Triggers.

constexpr const char* kFunction =
    "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';";

TEST_F(ReaderOfKeys, TriggersWithWhatTheyFireOn) {
  const auto catalog = read_after(database_, kFunction + std::string(R"(
    CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t);
    CREATE TRIGGER on_delete AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE TRIGGER on_update BEFORE UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION noted();
    CREATE TRIGGER on_insert BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE CONSTRAINT TRIGGER deferred AFTER UPDATE OR DELETE ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION noted();
  )"));
  const auto& triggers = table_in(catalog, "t").triggers;
  EXPECT_THAT(triggers, SizeIs(4));
  EXPECT_EQ(named(triggers, "on_delete"),
            (Trigger{.name = "on_delete", .function = "noted", .on_delete = true, .is_row_level = true}));
  EXPECT_EQ(named(triggers, "on_update"),
            (Trigger{.name = "on_update", .function = "noted", .on_update = true, .is_before = true}));
  EXPECT_EQ(
      named(triggers, "on_insert"),
      (Trigger{.name = "on_insert", .function = "noted", .on_insert = true, .is_row_level = true, .is_before = true}));
  EXPECT_EQ(
      named(triggers, "deferred"),
      (Trigger{.name = "deferred", .function = "noted", .on_delete = true, .on_update = true, .is_row_level = true}));
}

TEST_F(ReaderOfKeys, WhenATriggerFires) {
  const auto catalog = read_after(database_, kFunction + std::string(R"(
    CREATE TABLE t ();
    CREATE TRIGGER usual AFTER DELETE ON t EXECUTE FUNCTION noted();
    CREATE TRIGGER always AFTER DELETE ON t EXECUTE FUNCTION noted(); ALTER TABLE t ENABLE ALWAYS TRIGGER always;
    CREATE TRIGGER replica AFTER DELETE ON t EXECUTE FUNCTION noted(); ALTER TABLE t ENABLE REPLICA TRIGGER replica;
    CREATE TRIGGER disabled AFTER DELETE ON t EXECUTE FUNCTION noted(); ALTER TABLE t DISABLE TRIGGER disabled;
  )"));
  const auto& triggers = table_in(catalog, "t").triggers;
  EXPECT_EQ(named(triggers, "usual").firing, Trigger::Firing::origin);
  EXPECT_EQ(named(triggers, "always").firing, Trigger::Firing::always);
  EXPECT_EQ(named(triggers, "replica").firing, Trigger::Firing::replica);
  EXPECT_EQ(named(triggers, "disabled").firing, Trigger::Firing::disabled);
}

TEST_F(ReaderOfKeys, TriggersOfPartitionsBelongToTheRootOnce) {
  const auto catalog = read_after(database_, kFunction + std::string(R"(
    CREATE TABLE p (id int) PARTITION BY HASH (id);
    CREATE TABLE p_0 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TRIGGER of_root AFTER DELETE ON p FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE TRIGGER of_part AFTER DELETE ON p_1 FOR EACH ROW EXECUTE FUNCTION noted();
  )"));
  const auto& triggers = table_in(catalog, "p").triggers;
  EXPECT_THAT(triggers, SizeIs(2));
  EXPECT_TRUE(named(triggers, "of_root").on_delete);
  EXPECT_TRUE(named(triggers, "of_part").on_delete);
}

}  // namespace
}  // namespace tenure::catalog
