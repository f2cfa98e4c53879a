#include "schemas/migrations/outside.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/postgres/schemas/product.h"

// Migrations that refuse a transaction (issue 5): CREATE INDEX CONCURRENTLY by a marker in the file.
namespace tenure::schemas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kConcurrently =
    "-- tenure: no-transaction\n"
    "create index concurrently orders_note_idx on orders (note);\n"
    "create index concurrently orders_pair_idx on orders (customer_id, note);\n";

class OutsideTest : public testing::Test {
 protected:
  OutsideTest() {
    product_.write_usual_migrations();
    product_.migrate();
    product_.add_tenant("tenant_01");
    product_.migrate();
    product_.write("tenant/0004_indexes.sql", kConcurrently);
    product_.write("tenant/0005_after.sql", "alter table orders add column after_indexes int;");
  }

  bool is_valid(const std::string& index) const {
    return product_.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('tenant_01." + index +
                          "')") == "t";
  }
  /// As a run that was killed leaves it: begun, and so many statements recorded as done.
  void leave_half_done(int statements_done) const {
    product_.run(
        "INSERT INTO tenure.schema_migrations (schema_id, number, name, checksum, how, state, statements_done) "
        "SELECT id, 4, 'indexes', '" +
        product_.settings().tenant.at(4).checksum + "', 'applied', 'running', " + std::to_string(statements_done) +
        " FROM tenure.schemas WHERE name = 'tenant_01'");
  }

  const Product product_;
};

TEST_F(OutsideTest, StatementsRunOneByOneBetweenTheTransactionsAroundThem) {
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 2");
  EXPECT_TRUE(is_valid("orders_note_idx"));
  EXPECT_TRUE(is_valid("orders_pair_idx"));
  EXPECT_EQ(product_.version("tenant_01"), "5");
  EXPECT_EQ(product_.value("SELECT count(*) FROM tenure.schema_migrations WHERE state = 'running'"), "0");
}

TEST_F(OutsideTest, AKilledRunIsTakenUpBehindTheStatementsThatAreDone) {
  product_.run("create index orders_note_idx on tenant_01.orders (note)");
  leave_half_done(1);
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 2");
  EXPECT_TRUE(is_valid("orders_pair_idx"));
  EXPECT_EQ(product_.version("tenant_01"), "5");
}

TEST_F(OutsideTest, AStatementThatWasDoneButNotNotedIsNotDoneTwice) {
  product_.run("create index orders_note_idx on tenant_01.orders (note)");
  leave_half_done(0);
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 2");
  EXPECT_TRUE(is_valid("orders_pair_idx"));
}

TEST_F(OutsideTest, AnIndexThatWasLeftInvalidIsBuiltAnew) {
  product_.run(
      "insert into tenant_01.customers values (1, 'a'); insert into tenant_01.orders values (1, 1, 'x'), (2, 1, 'x')");
  // Fails at the second of the equal rows, and leaves an invalid index.
  auto session = product_.database().connect();
  EXPECT_THROW(session.exec(pg::Sql::script_from_operator(
                   "create unique index concurrently orders_note_idx on tenant_01.orders (note)")),
               Error);
  ASSERT_FALSE(is_valid("orders_note_idx"));
  leave_half_done(0);
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 2");
  EXPECT_TRUE(is_valid("orders_note_idx"));
}

TEST_F(OutsideTest, AFailedStatementIsNamedAndTheNextRunGoesOnFromThere) {
  product_.run(
      "insert into tenant_01.customers values (1, 'a'); insert into tenant_01.orders values (1, 1, 'x'), (2, 1, 'x')");
  product_.write("tenant/0004_indexes.sql",
                 "-- tenure: no-transaction\ncreate index concurrently a_idx on orders (note);\n"
                 "create unique index concurrently b_idx on orders (note);\n");
  const auto report = product_.migrate({.take_back = false});
  EXPECT_EQ(summary_of(report), "applied: 1, failed: 1");
  EXPECT_THAT(report_of(report, "tenant_01").why,
              testing::AllOf(HasSubstr("0004_indexes.sql:3: could not create unique index"), HasSubstr("b_idx")));
  EXPECT_EQ(product_.version("tenant_01"), "3");
  product_.run("update tenant_01.orders set note = id::text");
  EXPECT_EQ(summary_of(product_.migrate()), "applied: 1");
  EXPECT_TRUE(is_valid("b_idx"));
}

TEST_F(OutsideTest, ASchemaWithAnyNameIsSearchedFirst) {
  const std::string odd = "te nant\\\"',x";
  auto connection = product_.database().connect();
  pg::SqlBuilder script;
  script << "CREATE SCHEMA " << pg::Identifier(odd)
         << "; INSERT INTO tenure.schemas (kind, name, tenant_id) VALUES ('tenant', ";
  script.constant(odd) << ", gen_random_uuid())";
  connection.run_script(script.build());
  EXPECT_EQ(product_.migrate().outcome, RunOutcome::completed);
  EXPECT_EQ(product_.value("SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid "
                           "WHERE c.relname = 'orders_pair_idx' AND indisvalid"),
            "3");
}

TEST_F(OutsideTest, ATrialRunsThemWithoutTheWordAndNamesWhatItCannotTry) {
  product_.write("tenant/0006_vacuum.sql", "-- tenure: no-transaction\n\nvacuum orders;\n");
  const auto report = product_.migrate({.is_trial = true});
  EXPECT_EQ(summary_of(report), "tried: 2");
  EXPECT_THAT(report_of(report, "tenant_01").notes,
              ElementsAre(HasSubstr("0006_vacuum.sql:3: cannot be tried: vacuum orders")));
  product_.write("tenant/0004_indexes.sql",
                 "-- tenure: no-transaction\n\n\ncreate index concurrently i on orders (no_such);");
  EXPECT_THAT(report_of(product_.migrate({.is_trial = true}), "tenant_reference").why,
              HasSubstr("0004_indexes.sql:4: "));
}

}  // namespace
}  // namespace tenure::schemas
