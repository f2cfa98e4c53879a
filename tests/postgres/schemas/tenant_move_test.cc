#include "store/schemas/tenant_move.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "pg/transaction.h"
#include "schemas/schema_record.h"
#include "tests/postgres/schemas/product.h"
#include "tests/support/error_of.h"

// D1, issue 5: a tenant moves from rows among all tenants' to a schema of its own and back, each table the same by its
// hash; what would be lost or changed on the way refuses the move.
namespace tenure::store {
namespace {

using schemas::Product;
using test::error_of;
using testing::Contains;
using testing::HasSubstr;

const TenantId kMine = TenantId::parse("aaaaaaaa-0000-4000-8000-000000000001");
const TenantId kOther = TenantId::parse("bbbbbbbb-0000-4000-8000-000000000002");

// Keys in a circle, an identity, a serial with a default of its own, an array, json, a generated column, a partition.
constexpr const char* kTables = R"(
CREATE TABLE {0}orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  {1}
  note text, tags text[], extra jsonb, amount numeric(12,4), doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,
  placed timestamptz, first_item bigint);
CREATE TABLE {0}items (
  id bigserial PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES {0}orders,
  label varchar(20));
ALTER TABLE {0}orders ADD FOREIGN KEY (first_item) REFERENCES {0}items;
CREATE TABLE {0}visits (
  {1}
  day date NOT NULL, hits int) PARTITION BY RANGE (day);
CREATE TABLE {0}visits_2026 PARTITION OF {0}visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
)";

constexpr const char* kRowsOf = R"(
INSERT INTO orders (tenant_id, note, tags, extra, amount, placed) VALUES
  ('{0}', E'tab\there', ARRAY['a','b "c"'], '{{"k": [1, null]}}', 12.5, '2026-03-04 05:06:07.89+02'),
  ('{0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO items (order_id, label) SELECT id, 'Café' FROM orders WHERE tenant_id = '{0}';
UPDATE orders SET first_item = (SELECT max(id) FROM items WHERE order_id = orders.id) WHERE tenant_id = '{0}' AND note IS NOT NULL;
INSERT INTO visits VALUES ('{0}', '2026-05-05', 3);
)";

class TenantMoveTest : public testing::Test {
 protected:
  TenantMoveTest() {
    const std::string tenant = "tenant_id uuid NOT NULL,";
    product_.write("shared/0001_rows.sql", fmt::format(fmt::runtime(kTables), "", tenant) +
                                               "CREATE TABLE plans (code text PRIMARY KEY);"
                                               "INSERT INTO plans VALUES ('basic');");
    product_.write("tenant/0001_rows.sql", fmt::format(fmt::runtime(kTables), "", "") +
                                               "CREATE TABLE colours (name text);"
                                               "INSERT INTO colours VALUES ('blue');");
    fill();
  }

  void fill() const {
    product_.migrate();
    for (const auto& tenant : {kMine, kOther}) product_.run(fmt::format(fmt::runtime(kRowsOf), tenant.str()));
  }

  estate::Database rules() const {
    const auto estate = estate::parse_estate(
        "estate: app\nservices:\n  app:\n    database: postgresql://unused\n    tables: {plans: {keep: \"for sale\"}" +
            more_rules_ + "}\n",
        "estate.yaml", [](std::string_view) { return std::nullopt; }, estate::DatabaseSource::urls);
    auto rules = std::get<estate::Database>(estate.services.front().source);
    rules.isolation = {.model = estate::IsolationModel::schema};
    return rules;
  }

  template <class Work>
  auto with_move(const Work& work) const {
    const auto rules = this->rules();
    PostgresStore shared({.service = "app-shared",
                          .connection = product_.database().settings(),
                          .rules = rules,
                          .tenant_column = "tenant_id",
                          .last_tables = {},
                          .pseudonym_key = {},
                          .only_schemas = rules.schemas});
    pg::Pool pool(product_.database().settings(), 1);
    schemas::Provisioner provisioner(product_.database().settings(), rules.isolation);
    TenantMove move(pool, rules, shared, provisioner);
    return work(move);
  }
  MoveReport into_schema(MoveEnding ending = MoveEnding::committed) const {
    return with_move([&](TenantMove& move) {
      return move.into_schema({.tenant = kMine, .tenant_name = "Acme", .typed = "acme"}, ending, {});
    });
  }
  MoveReport into_rows(MoveEnding ending = MoveEnding::committed) const {
    return with_move([&](TenantMove& move) { return move.into_rows(kMine, ending, {}); });
  }

  std::string shared_rows(const TenantId& tenant) const {
    const auto is_its = fmt::format("tenant_id = '{}'", tenant.str());
    return product_.database().digest_of("orders", is_its) + product_.database().digest_of("visits", is_its) +
           product_.database().digest_of("items", fmt::format("order_id IN (SELECT id FROM orders WHERE {})", is_its));
  }
  std::string value(const std::string& query) const { return product_.value(query); }
  std::vector<std::string> problems_into_schema() const {
    return error_of([&] { into_schema(); }).problems();
  }
  std::vector<std::string> problems_into_rows() const {
    return error_of([&] { into_rows(); }).problems();
  }

  const Product product_;
  std::string more_rules_;
};

TEST_F(TenantMoveTest, IntoASchemaAndBackIsTheSameByItsHashes) {
  const auto before = shared_rows(kMine);
  const auto others = shared_rows(kOther);
  const auto there = into_schema();
  EXPECT_EQ(there.schema, "tenant_acme");
  EXPECT_EQ(there.rows, 5);
  EXPECT_THAT(there.tables.at("orders"), testing::StartsWith("2:"));
  EXPECT_EQ(value("SELECT count(*) FROM tenant_acme.orders o JOIN tenant_acme.items i ON i.id = o.first_item"), "1");
  EXPECT_EQ(value("SELECT string_agg(doubled::text, ' ') FROM tenant_acme.orders"), "25.0000");
  EXPECT_EQ(value("SELECT name FROM tenant_acme.colours"), "blue") << "what migrations put there";
  EXPECT_EQ(value("SELECT count(*) FROM orders"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM items"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "1");
  EXPECT_EQ(shared_rows(kOther), others);
  auto connection = product_.database().connect();
  EXPECT_TRUE(schemas::find_schema_of(connection, kMine)) << "the registry knows it";
  EXPECT_EQ(product_.migrate().count(schemas::SchemaOutcome::failed), 0);

  const auto back = into_rows();
  EXPECT_EQ(back.tables, there.tables);
  EXPECT_EQ(shared_rows(kMine), before);
  EXPECT_EQ(shared_rows(kOther), others);
  EXPECT_FALSE(product_.has_table("tenant_acme.orders"));
  EXPECT_FALSE(schemas::find_schema_of(connection, kMine));
  EXPECT_EQ(into_schema().tables, there.tables) << "as often as one likes";
}

TEST_F(TenantMoveTest, NewRowsOnTheOtherSideGetNumbersBehindThoseThatCame) {
  into_schema();
  product_.run(
      "INSERT INTO tenant_acme.orders (note) VALUES ('new'); "
      "INSERT INTO tenant_acme.items (order_id) SELECT max(id) FROM tenant_acme.orders");
  EXPECT_EQ(value("SELECT count(DISTINCT id) FROM tenant_acme.orders"), "3");
  // Numbers that the shared sequences have not come to yet.
  product_.run(
      "DELETE FROM tenant_acme.items WHERE id > 2; DELETE FROM tenant_acme.orders WHERE note = 'new'; "
      "INSERT INTO tenant_acme.orders (id, note) OVERRIDING SYSTEM VALUE VALUES (1000, 'far')");
  into_rows();
  product_.run(fmt::format("INSERT INTO orders (tenant_id, note) VALUES ('{}', 'next')", kMine.str()));
  EXPECT_EQ(value("SELECT max(id) FROM orders"), "1001");
}

TEST_F(TenantMoveTest, AKeyThatAnotherTenantHasMeanwhileRefusesTheWayBack) {
  into_schema();
  product_.run("INSERT INTO tenant_acme.orders (note) VALUES ('of a number that the other tenant has')");
  const auto others = shared_rows(kOther);
  const auto error = error_of([&] { into_rows(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("another tenant has a row of the same key"));
  EXPECT_EQ(shared_rows(kOther), others);
  EXPECT_EQ(value("SELECT count(*) FROM tenant_acme.orders"), "3");
}

TEST_F(TenantMoveTest, ATrialChangesNothing) {
  const auto before = shared_rows(kMine);
  const auto tried = into_schema(MoveEnding::rolled_back);
  EXPECT_EQ(tried.rows, 5);
  EXPECT_EQ(shared_rows(kMine), before);
  EXPECT_FALSE(product_.has_table("tenant_acme.orders"));
  EXPECT_EQ(into_schema().tables, tried.tables);
  EXPECT_EQ(into_rows(MoveEnding::rolled_back).rows, 5);
  EXPECT_TRUE(product_.has_table("tenant_acme.orders"));
}

TEST_F(TenantMoveTest, ASchemaThatNobodyHasUsedGivesItsPlace) {
  schemas::Provisioner provisioner(product_.database().settings(), rules().isolation);
  provisioner.provision({.tenant = kMine, .tenant_name = "Acme", .typed = "acme"}, {});
  EXPECT_EQ(into_schema().rows, 5);
}

TEST_F(TenantMoveTest, ASchemaInUseStays) {
  schemas::Provisioner provisioner(product_.database().settings(), rules().isolation);
  provisioner.provision({.tenant = kMine, .tenant_name = "Acme", .typed = "acme"}, {});
  product_.run("INSERT INTO tenant_acme.orders (note) VALUES ('in use')");
  const auto before = shared_rows(kMine);
  const auto error = error_of([&] { into_schema(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("tenant_acme already, which is in use"));
  EXPECT_EQ(shared_rows(kMine), before);
  EXPECT_EQ(value("SELECT note FROM tenant_acme.orders"), "in use");
}

TEST_F(TenantMoveTest, ATenantWithoutRowsMovesToo) {
  product_.run(
      fmt::format("UPDATE orders SET first_item = NULL; DELETE FROM items; DELETE FROM orders WHERE tenant_id "
                  "= '{0}'; DELETE FROM visits WHERE tenant_id = '{0}'",
                  kMine.str()));
  EXPECT_EQ(into_schema().rows, 0);
  EXPECT_EQ(into_rows().rows, 0);
}

TEST_F(TenantMoveTest, ATenantWithoutASchemaHasNoneToLeave) {
  const auto error = error_of([&] { into_rows(); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_THAT(error.what(), HasSubstr("no schema of its own"));
}

TEST_F(TenantMoveTest, RowsThatStayAndWouldPointAtNothingRefuseIt) {
  product_.run(fmt::format(
      "CREATE TABLE refunds (id int PRIMARY KEY, tenant_id uuid NOT NULL, order_id bigint REFERENCES orders ON "
      "DELETE CASCADE); INSERT INTO refunds SELECT 1, '{0}', max(id) FROM orders WHERE tenant_id = '{0}'",
      kMine.str()));
  EXPECT_THAT(problems_into_schema(), Contains(HasSubstr("1 rows that stay would point at rows of public.orders")));
  EXPECT_EQ(value("SELECT count(*) FROM refunds"), "1");
  product_.run("DELETE FROM refunds");
  EXPECT_EQ(into_schema().rows, 5);
}

TEST_F(TenantMoveTest, RowsOfOthersThatPointAtThoseThatGoRefuseIt) {
  product_.run(
      fmt::format("UPDATE orders SET first_item = (SELECT min(i.id) FROM items i JOIN orders o ON o.id = "
                  "i.order_id WHERE o.tenant_id = '{0}') WHERE tenant_id = '{1}' AND first_item IS NOT NULL",
                  kMine.str(), kOther.str()));
  EXPECT_THAT(problems_into_schema(), Contains(HasSubstr("rows that stay would point at rows")));
}

TEST_F(TenantMoveTest, AColumnThatTheSchemaDoesNotHaveRefusesIt) {
  product_.run("ALTER TABLE orders ADD COLUMN colour text");
  EXPECT_THAT(problems_into_schema(), Contains("public.orders: the schema's table has no column colour"));
}

TEST_F(TenantMoveTest, AColumnThatTheSharedTableDoesNotHaveRefusesTheWayBack) {
  into_schema();
  product_.run("ALTER TABLE tenant_acme.orders ADD COLUMN colour text");
  EXPECT_THAT(problems_into_rows(), Contains("public.orders: has no column colour, which the schema's table has"));
  EXPECT_TRUE(product_.has_table("tenant_acme.orders"));
}

TEST_F(TenantMoveTest, RowsOfATableThatHasNoPlaceAmongAllTenantsRefuseTheWayBack) {
  into_schema();
  product_.run("INSERT INTO tenant_acme.colours VALUES ('red')");
  EXPECT_THAT(problems_into_rows(), Contains(HasSubstr("colours: holds rows")));
  product_.run("DELETE FROM tenant_acme.colours WHERE name = 'red'");
  EXPECT_EQ(into_rows().rows, 5);
}

TEST_F(TenantMoveTest, ATypeThatChangesAValueRefusesIt) {
  product_.write("tenant/0002_whole.sql",
                 "ALTER TABLE orders DROP COLUMN doubled; ALTER TABLE orders ALTER COLUMN amount TYPE bigint;");
  product_.migrate();
  const auto before = shared_rows(kMine);
  const auto error = error_of([&] { into_schema(); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.what(), HasSubstr("public.orders: rows are not the same on the other side"));
  EXPECT_EQ(shared_rows(kMine), before);
}

TEST_F(TenantMoveTest, ATriggerThatChangesRowsRefusesTheWayBack) {
  into_schema();
  product_.run(
      "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note = upper(NEW.note); RETURN "
      "NEW; END $$; CREATE TRIGGER shouts BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shout()");
  const auto error = error_of([&] { into_rows(); });
  EXPECT_THAT(error.what(), HasSubstr("a trigger changes them"));
  EXPECT_TRUE(product_.has_table("tenant_acme.orders"));
}

TEST_F(TenantMoveTest, TriggersOfTheSchemaDoNotFireForWhatMovesIn) {
  product_.write(
      "tenant/0002_log.sql",
      "CREATE TABLE log (said text);"
      "CREATE FUNCTION logs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('came'); "
      "RETURN NEW; END $$; CREATE TRIGGER logs AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION logs();");
  product_.migrate();
  into_schema();
  EXPECT_EQ(value("SELECT count(*) FROM tenant_acme.log"), "0");
}

TEST_F(TenantMoveTest, NamesOfFilesRefuseIt) {
  product_.run("CREATE TABLE pictures (id int PRIMARY KEY, tenant_id uuid NOT NULL, path text)");
  product_.write("tenant/0002_pictures.sql", "CREATE TABLE pictures (id int PRIMARY KEY, path text);");
  product_.migrate();
  more_rules_ = ", pictures: {files: {column: path, root: " + product_.folder().string() + "}}";
  EXPECT_THAT(problems_into_schema(), Contains(HasSubstr("public.pictures: names files")));
  more_rules_.clear();
  EXPECT_EQ(into_schema().tables.count("pictures"), 1U);
}

TEST_F(TenantMoveTest, AForeignKeyThatTheSchemaHasAndTheRowsBreakRefusesIt) {
  product_.write("tenant/0002_key.sql",
                 "CREATE TABLE days (day date PRIMARY KEY);"
                 "ALTER TABLE visits ADD FOREIGN KEY (day) REFERENCES days;");
  product_.migrate();
  const auto error = error_of([&] { into_schema(); });
  EXPECT_EQ(error.sqlstate(), "23503") << error.what();
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "2");
}

/// A move that has its instant and waits for the tenant's turn, while the test does something.
class DelayedMoveTest : public TenantMoveTest {
 protected:
  Error error_of_move_while(const std::string& script) const {
    auto turn = product_.database().connect();
    pg::Transaction transaction(turn);
    schemas::lock_tenant(turn, kMine);
    auto moved = std::async(std::launch::async, [&] { return error_of([&] { into_schema(); }); });
    while (value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "0") continue;
    product_.run(script);
    transaction.commit();
    return moved.get();
  }
};

TEST_F(DelayedMoveTest, RowsThatComeMeanwhileAreFoundAndSaid) {
  const auto late =
      error_of_move_while(fmt::format("INSERT INTO orders (tenant_id, note) VALUES ('{}', 'late')", kMine.str()));
  EXPECT_EQ(late.code(), ErrorCode::conflict);
  EXPECT_THAT(late.problems(), Contains(HasSubstr("orders: 1 rows were written meanwhile")));
  EXPECT_EQ(value("SELECT count(*) FROM tenant_acme.orders"), "2");
  // As it says.
  EXPECT_EQ(into_rows().rows, 6);
  EXPECT_EQ(into_schema().rows, 6);
  EXPECT_EQ(value("SELECT count(*) FROM tenant_acme.orders WHERE note = 'late'"), "1");
}

TEST_F(DelayedMoveTest, ARowThatChangesMeanwhileIsNotLost) {
  const auto error =
      error_of_move_while(fmt::format("UPDATE orders SET note = 'changed' WHERE tenant_id = '{}'", kMine.str()));
  EXPECT_EQ(error.sqlstate(), "40001") << error.what();
  EXPECT_EQ(value("SELECT count(*) FROM orders WHERE note = 'changed'"), "2");
  EXPECT_FALSE(product_.has_table("tenant_acme.orders"));
  EXPECT_EQ(into_schema().rows, 5);
}

/// A move that comes while somebody has written to the tenant's own tables and not committed yet.
class WrittenMoveTest : public TenantMoveTest {
 protected:
  template <class Moves>
  auto while_written(const Moves& moves) const {
    auto writer = product_.database().connect();
    pg::Transaction transaction(writer);
    writer.run_script(
        pg::Sql::script_from_operator("INSERT INTO tenant_acme.orders (id, note) OVERRIDING SYSTEM VALUE "
                                      "VALUES (77, 'late')"));
    auto moved = std::async(std::launch::async, moves);
    while (value("SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted") == "0") continue;
    transaction.commit();
    return moved.get();
  }
};

TEST_F(WrittenMoveTest, TheWayBackWaitsForItAndTakesItAlong) {
  into_schema();
  EXPECT_EQ(while_written([&] { return into_rows(); }).rows, 6);
  EXPECT_EQ(value("SELECT count(*) FROM orders WHERE note = 'late'"), "1");
}

TEST_F(WrittenMoveTest, ASchemaThatComesIntoUseMeanwhileStays) {
  schemas::Provisioner provisioner(product_.database().settings(), rules().isolation);
  provisioner.provision({.tenant = kMine, .tenant_name = "Acme", .typed = "acme"}, {});
  const auto error = while_written([&] { return error_of([&] { into_schema(); }); });
  EXPECT_THAT(error.what(), HasSubstr("which is in use"));
  EXPECT_EQ(value("SELECT note FROM tenant_acme.orders"), "late");
}

}  // namespace
}  // namespace tenure::store
