// F3 on a real database, by kind of key: what goes, what stays, and what is refused.
#include <algorithm>

#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using estate::OutsideAction;
using store::Counts;

INSTANTIATE_TEST_SUITE_P(BothRoles, PostgresStoreTest, testing::Values(Role::skips_triggers, Role::plain),
                         name_of_role);

TEST_P(PostgresStoreTest, CompositeKeysLeadToTheOwner) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (tenant_id uuid, id int, PRIMARY KEY (tenant_id, id));
    CREATE TABLE items (order_tenant uuid NOT NULL, order_id int NOT NULL, line int,
                        PRIMARY KEY (order_tenant, order_id, line),
                        FOREIGN KEY (order_tenant, order_id) REFERENCES orders (tenant_id, id));
    INSERT INTO orders VALUES ($T, 1), ($T, 2), ($N, 1);
    INSERT INTO items VALUES ($T, 1, 1), ($T, 1, 2), ($T, 2, 1), ($N, 1, 1);)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.preview(kTenant, soon()).data_counts, (Counts{{"items", 3}, {"orders", 2}}));
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"items", 3}, {"orders", 2}}));
  EXPECT_EQ(db.rows("items"), 1);
  EXPECT_EQ(db.rows("orders"), 1);
}

TEST_P(PostgresStoreTest, SelfReferencesGoInOneStatement) {
  const StoreDatabase db(R"(
    CREATE TABLE categories (id int PRIMARY KEY, tenant_id uuid, parent_id int REFERENCES categories);
    INSERT INTO categories VALUES (1, $T, NULL), (2, $T, 1), (3, $T, 2), (4, $T, 4), (5, $N, NULL), (6, $N, 5);)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"categories", 4}}));
  EXPECT_EQ(db.rows("categories"), 2);
}

TEST_P(PostgresStoreTest, CyclesGoWhetherNullableDeferrableOrNeither) {
  for (const std::string_view key : {"NULL", "NOT NULL DEFERRABLE INITIALLY DEFERRED", "NOT NULL"}) {
    const auto null = key.starts_with("NOT NULL") ? "NOT NULL" : "";
    const auto timing = key.find("DEFERRABLE") != std::string_view::npos ? "DEFERRABLE INITIALLY DEFERRED" : "";
    const StoreDatabase db(std::string(R"(
      CREATE TABLE teams (id int PRIMARY KEY, tenant_id uuid, lead_id int )") +
                               null + R"();
      CREATE TABLE people (id int PRIMARY KEY, tenant_id uuid, team_id int NOT NULL REFERENCES teams);
      SET session_replication_role = replica;
      INSERT INTO teams VALUES (1, $T, 1), (2, $N, 2);
      INSERT INTO people VALUES (1, $T, 1), (2, $N, 2);
      SET session_replication_role = origin;
      ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES people )" +
                               timing + ";",
                           GetParam());
    auto store = db.store();
    EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"people", 1}, {"teams", 1}}))
        << key;
    EXPECT_EQ(db.rows("teams"), 1) << key;
    EXPECT_EQ(db.rows("people"), 1) << key;
  }
}

// A7: whatever the key would do by itself, a row of the neighbour under this tenant's row is neither deleted nor
// changed.
TEST_P(PostgresStoreTest, RowsOfOthersAreRefusedWhateverTheKeyWouldDo) {
  for (const std::string_view action : {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"}) {
    const StoreDatabase db(std::string(R"(
      CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid);
      CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, customer_id int REFERENCES customers ON DELETE )") +
                               std::string(action) + R"();
      INSERT INTO customers VALUES (1, $T), (2, $N);
      INSERT INTO orders VALUES (1, $T, 1), (2, $N, 1), (3, $N, 2), (4, $T, 2);)",
                           GetParam());
    const auto before = db.database().digest_of("orders");
    auto store = db.store();
    const auto preview = store.preview(kTenant, soon());
    ASSERT_EQ(preview.outside_rows.size(), 1U) << action;
    EXPECT_EQ(preview.outside_rows.front(), (store::OutsideRows{"orders", "orders.customer_id", "customers", 1, ""}));
    const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::refused) << action;
    EXPECT_NE(text_of(error).find("orders.customer_id"), std::string::npos) << text_of(error);
    EXPECT_NE(text_of(error).find("outside_rows"), std::string::npos) << text_of(error);
    EXPECT_EQ(db.database().digest_of("orders"), before) << action;
    EXPECT_EQ(db.rows("customers"), 2) << action;
  }
}

TEST_P(PostgresStoreTest, ARuleSettlesRowsOfOthersAndThisTenantsRowsUnderOthersGo) {
  const StoreDatabase db(R"(
    CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid, customer_id int DEFAULT 2 REFERENCES customers);
    INSERT INTO customers VALUES (1, $T), (2, $N);
    INSERT INTO orders VALUES (1, $T, 1), (2, $N, 1), (3, $N, 2), (4, $T, 2);)",
                         GetParam());
  for (const auto action : {OutsideAction::set_default, OutsideAction::set_null}) {
    db.run(
        "UPDATE orders SET customer_id = 1 WHERE id = 2; INSERT INTO customers VALUES (1, $T) ON CONFLICT DO "
        "NOTHING; ");
    auto store = db.store({.outside_rows = {{0, "orders", "customer_id", action}}});
    EXPECT_EQ(store.preview(kTenant, soon()).changed_counts, (Counts{{"orders", 1}}));
    const auto erasure = store.erase({.subject = kTenant}, soon(), {});
    EXPECT_EQ(erasure.changed_counts, (Counts{{"orders", 1}}));
    EXPECT_EQ(db.value("SELECT customer_id FROM orders WHERE id = 2"),
              action == OutsideAction::set_null ? "NULL" : "2");
    EXPECT_EQ(db.rows("orders"), 2);
    db.run("INSERT INTO customers VALUES (1, $T)");
  }
}

TEST_P(PostgresStoreTest, ATenantColumnInTheKeyIsNotChangedWithIt) {
  const StoreDatabase db(R"(
    CREATE TABLE customers (id int PRIMARY KEY, tenant_id uuid, region int, UNIQUE (region, id));
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid NOT NULL, region int, customer_id int,
                         FOREIGN KEY (region, customer_id) REFERENCES customers (region, id));
    INSERT INTO customers VALUES (1, $T, 7);
    INSERT INTO orders VALUES (1, $N, 7, 1);)",
                         GetParam());
  auto store = db.store({.outside_rows = {{0, "orders", "region, customer_id", OutsideAction::set_null}}});
  store.erase({.subject = kTenant}, soon(), {});
  EXPECT_EQ(db.value("SELECT count(*) FROM orders WHERE tenant_id = $N AND customer_id IS NULL"), "1");
}

TEST_P(PostgresStoreTest, ReferencesWithoutAKeyAreFollowedAndNeverLeftDangling) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE products (id uuid PRIMARY KEY, tenant_id uuid);
    CREATE TABLE comments (id int PRIMARY KEY, subject_type text, subject_id varchar(40));
    INSERT INTO orders VALUES (1, $T), (2, $N);
    INSERT INTO products VALUES (md5('a')::uuid, $T), (md5('b')::uuid, $N);
    INSERT INTO comments VALUES (1, 'order', '1'), (2, 'order', '2'), (3, 'product', md5('a')::uuid::text),
                                (4, 'product', '1'), (5, NULL, '1');)",
                         GetParam());
  const estate::Database rules{
      .references = {{0, "comments", {"subject_id"}, "orders", {"id"}, {{"subject_type", "order"}}},
                     {0, "comments", {"subject_id"}, "products", {"id"}, {{"subject_type", "product"}}}}};
  auto store = db.store(rules);
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts,
            (Counts{{"comments", 2}, {"orders", 1}, {"products", 1}}));
  EXPECT_EQ(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM comments"), "2,4,5");
}

TEST_P(PostgresStoreTest, APolymorphicReferenceIsFollowedToParentsThatAreFurtherAwayToo) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
    CREATE TABLE comments (id int PRIMARY KEY, subject_type text, subject_id int);
    INSERT INTO orders VALUES (1, $T), (2, $N);
    INSERT INTO items VALUES (10, 1), (20, 2);
    INSERT INTO comments VALUES (1, 'order', 1), (2, 'item', 10), (3, 'item', 20), (4, 'order', 2);)",
                         GetParam());
  auto store = db.store({.references = {{0, "comments", {"subject_id"}, "orders", {"id"}, {{"subject_type", "order"}}},
                                        {0, "comments", {"subject_id"}, "items", {"id"}, {{"subject_type", "item"}}}}});
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts,
            (Counts{{"comments", 2}, {"items", 1}, {"orders", 1}}));
  EXPECT_EQ(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM comments"), "3,4");
}

TEST_P(PostgresStoreTest, ARowOfOthersAlongADeclaredReferenceIsRefused) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid, order_id int);
    INSERT INTO orders VALUES (1, $T);
    INSERT INTO notes VALUES (1, $N, 1), (2, $T, 1);)",
                         GetParam());
  auto store = db.store({.references = {{0, "notes", {"order_id"}, "orders", {"id"}, {}}}});
  EXPECT_EQ(error_of([&] { store.erase({.subject = kTenant}, soon(), {}); }).code(), ErrorCode::refused);
  EXPECT_EQ(db.rows("orders") + db.rows("notes"), 3);
}

TEST_P(PostgresStoreTest, KeysOfKeptTablesAndOfOtherSchemasAreGuardedToo) {
  const StoreDatabase db(R"(
    CREATE SCHEMA reporting;
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE top_orders (city text, order_id int REFERENCES orders ON DELETE CASCADE);
    CREATE TABLE reporting.facts (order_id int REFERENCES orders ON DELETE SET NULL);
    INSERT INTO orders VALUES (1, $T), (2, $T), (3, $N);
    INSERT INTO top_orders VALUES ('Lyon', 1);
    INSERT INTO reporting.facts VALUES (2);)",
                         GetParam());
  auto store = db.store({.tables = {{.table = "top_orders", .keep_reason = "shared"}}});
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_NE(text_of(error).find("top_orders.order_id"), std::string::npos) << text_of(error);
  EXPECT_NE(text_of(error).find("reporting.facts.order_id"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 3);
}

TEST_P(PostgresStoreTest, AKeyWithoutAnIndexIsNoted) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
    INSERT INTO orders SELECT n, $T FROM generate_series(1, 200) n;
    INSERT INTO items SELECT n, n FROM generate_series(1, 200) n;)",
                         GetParam());
  auto store = db.store();
  const auto plan = store.plan(SubjectKind::tenant, soon());
  const auto is_note = [](const plan::Note& note) {
    return note.kind == plan::Note::Kind::missing_index && note.text.find("items.order_id") != std::string::npos;
  };
  EXPECT_EQ(std::ranges::count_if(plan.notes, is_note), 1);
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"items", 200}, {"orders", 200}}));
}

}  // namespace
}  // namespace tenure::test
