// F3, A4 on a real database, by kind of table.
#include <algorithm>

#include "tests/postgres/store/store_fixture.h"

namespace tenure::test {
namespace {

using store::Counts;

class TableKinds : public PostgresStoreTest {};

INSTANTIATE_TEST_SUITE_P(BothRoles, TableKinds, testing::Values(Role::skips_triggers, Role::plain), name_of_role);

TEST_P(TableKinds, PartitionedTablesAreOneTable) {
  const StoreDatabase db(R"(
    CREATE TABLE events (id int, tenant_id uuid, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    CREATE TABLE details (id int PRIMARY KEY, event_id int NOT NULL, at date NOT NULL,
                          FOREIGN KEY (event_id, at) REFERENCES events (id, at) ON DELETE CASCADE);
    INSERT INTO events VALUES (1, $T, '2025-03-01'), (2, $T, '2026-03-01'), (3, $N, '2025-03-01');
    INSERT INTO details VALUES (1, 1, '2025-03-01'), (2, 2, '2026-03-01'), (3, 3, '2025-03-01');)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"details", 2}, {"events", 2}}));
  EXPECT_EQ(db.rows("events"), 1);
  EXPECT_EQ(db.rows("details"), 1);
}

TEST_P(TableKinds, InheritingTablesAreTablesOfTheirOwn) {
  const StoreDatabase db(R"(
    CREATE TABLE documents (id int, tenant_id uuid);
    CREATE TABLE invoices (amount numeric) INHERITS (documents);
    INSERT INTO documents VALUES (1, $T), (2, $N);
    INSERT INTO invoices VALUES (3, $T, 1), (4, $T, 2), (5, $N, 3);)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"documents", 1}, {"invoices", 2}}));
  EXPECT_EQ(db.rows("ONLY documents"), 1);
  EXPECT_EQ(db.rows("invoices"), 1);
}

TEST_P(TableKinds, SeveralSchemasAndNamesThatNeedQuotes) {
  const StoreDatabase db(R"(
    CREATE SCHEMA "Sales";
    CREATE TABLE "Sales"."order" ("ID" int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE "select" (id int, "order ID" int NOT NULL REFERENCES "Sales"."order");
    INSERT INTO "Sales"."order" VALUES (1, $T), (2, $N);
    INSERT INTO "select" VALUES (1, 1), (2, 1), (3, 2);)",
                         GetParam());
  auto store = db.store({.schemas = {"public", "Sales"}});
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"Sales.order", 1}, {"select", 2}}));
}

TEST_P(TableKinds, ATextTenantColumnAColumnOfAnotherNameATableWithoutAKeyAndNullTenants) {
  const StoreDatabase db(R"(
    CREATE TABLE queue (account varchar(36), payload jsonb);
    CREATE TABLE settings (tenant_id uuid, name text);
    INSERT INTO queue VALUES ($T, '{}'), ($T, '{}'), ($N, '{}'), (NULL, '{}');
    INSERT INTO settings VALUES ($T, 'a'), (NULL, 'global');)",
                         GetParam());
  auto store = db.store({.tables = {{.table = "queue", .tenant_column = "account"}}});
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"queue", 2}, {"settings", 1}}));
  EXPECT_EQ(db.rows("queue"), 2);
  EXPECT_EQ(db.rows("settings"), 1);
}

// A4: kept rows, and what hangs under them, stay; their number and the reason are in the preview.
TEST_P(TableKinds, RowsKeptByAConditionStayWithTheirChildren) {
  const StoreDatabase db(R"(
    CREATE TABLE templates (id int PRIMARY KEY, tenant_id uuid, is_system boolean);
    CREATE TABLE translations (id int PRIMARY KEY, template_id int NOT NULL REFERENCES templates ON DELETE CASCADE);
    INSERT INTO templates VALUES (1, $T, true), (2, $T, false), (3, $T, NULL), (4, NULL, true);
    INSERT INTO translations VALUES (1, 1), (2, 2), (3, 3), (4, 4);)",
                         GetParam());
  auto store = db.store(
      {.tables = {{.table = "templates", .keep_rows = {{"is_system", "true"}}, .keep_rows_reason = "shipped"}}});
  const auto preview = store.preview(kTenant, soon());
  EXPECT_EQ(preview.kept_counts, (Counts{{"templates", 1}}));
  EXPECT_EQ(preview.kept_reasons.at("templates"), "shipped (is_system = true)");
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts,
            (Counts{{"templates", 2}, {"translations", 2}}));
  EXPECT_EQ(db.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM translations"), "1,4");
  EXPECT_TRUE(store.verify(kTenant, soon()).is_clean());
}

TEST_P(TableKinds, GeneratedAndIdentityColumnsAreNoObstacle) {
  const StoreDatabase db(R"(
    CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid, price int, quantity int,
                        total int GENERATED ALWAYS AS (price * quantity) STORED);
    INSERT INTO lines (tenant_id, price, quantity) VALUES ($T, 2, 3), ($N, 4, 5);)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"lines", 1}}));
  EXPECT_EQ(db.value("SELECT total FROM lines"), "20");
}

TEST(PostgresStoreTables, AMaterialisedViewIsRefreshedInTheSameTransaction) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    INSERT INTO orders VALUES (1, $T), (2, $N);
    CREATE VIEW recent AS SELECT * FROM orders;
    CREATE MATERIALIZED VIEW totals AS SELECT tenant_id, count(*) FROM recent GROUP BY 1;)",
                         Role::skips_triggers);
  auto store = db.store();
  store.erase({.subject = kTenant}, soon(), {});
  EXPECT_EQ(db.value("SELECT string_agg(tenant_id::text, ',') FROM totals"), kNeighbour.str());
}

TEST(PostgresStoreTables, AMaterialisedViewOverAnotherIsRefreshedAfterIt) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    INSERT INTO orders VALUES (1, $T), (2, $N);
    CREATE MATERIALIZED VIEW z_base AS SELECT * FROM orders;
    CREATE MATERIALIZED VIEW a_over AS SELECT * FROM z_base;)",
                         Role::skips_triggers);
  auto store = db.store();
  store.erase({.subject = kTenant}, soon(), {});
  EXPECT_EQ(db.rows("z_base"), 1);
  EXPECT_EQ(db.rows("a_over"), 1);
}

TEST_P(TableKinds, AForeignPartitionIsRefusedAsAForeignTableIs) {
  const StoreDatabase db(R"(
    CREATE FOREIGN DATA WRAPPER nothing;
    CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
    CREATE TABLE events (id int, tenant_id uuid) PARTITION BY RANGE (id);
    CREATE FOREIGN TABLE old_events PARTITION OF events FOR VALUES FROM (0) TO (10) SERVER elsewhere;)",
                         GetParam());
  const auto error = error_of([&] { db.store().preview(kTenant, soon()); });
  EXPECT_NE(text_of(error).find("foreign table"), std::string::npos) << text_of(error);
}

TEST_P(TableKinds, ATextTenantColumnMatchesInEitherCase) {
  const StoreDatabase db(R"(
    CREATE TABLE queue (tenant_id text);
    INSERT INTO queue VALUES ($T), (upper($T)), ($N);)",
                         GetParam());
  auto store = db.store();
  EXPECT_EQ(store.erase({.subject = kTenant}, soon(), {}).deleted_counts, (Counts{{"queue", 2}}));
}

TEST_P(TableKinds, AuditTablesGoLast) {
  const StoreDatabase db(R"(
    CREATE TABLE audit_logs (id int, tenant_id uuid);
    CREATE TABLE zebras (id int, tenant_id uuid);)",
                         GetParam());
  const auto plan = db.store().plan(SubjectKind::tenant, soon());
  EXPECT_EQ(std::get<plan::DeleteStep>(plan.steps.back()).tables.front().name, "audit_logs");
}

TEST_P(TableKinds, WhatCannotBeDoneSafelyIsRefusedByNameAllAtOnce) {
  const StoreDatabase db(R"(
    CREATE TABLE a (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE b (id int PRIMARY KEY, tenant_id uuid);
    CREATE TABLE torn (a_id int NOT NULL REFERENCES a, b_id int NOT NULL REFERENCES b);
    CREATE TABLE cities (id int);
    CREATE TABLE numbered (id int, tenant_id int);
    CREATE TABLE ruled (id int, tenant_id uuid);
    CREATE RULE keep AS ON DELETE TO ruled DO INSTEAD NOTHING;)",
                         GetParam());
  const auto error = error_of([&] { db.store().preview(kTenant, soon()); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  ASSERT_EQ(error.problems().size(), 4U) << text_of(error);
  for (const auto* table : {"torn: ", "cities: ", "numbered: ", "ruled: "}) {
    EXPECT_TRUE(std::ranges::any_of(error.problems(), [&](const std::string& problem) {
      return problem.starts_with(table);
    })) << table;
  }
}

TEST(PostgresStoreTables, RowSecurityThatWouldHideRowsIsAnErrorNotSilence) {
  const StoreDatabase db(R"(
    CREATE TABLE orders (id int PRIMARY KEY, tenant_id uuid);
    INSERT INTO orders VALUES (1, $T);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;)",
                         Role::plain);
  auto store = db.store();
  const auto error = error_of([&] { store.erase({.subject = kTenant}, soon(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_NE(text_of(error).find("row-level security"), std::string::npos) << text_of(error);
  EXPECT_EQ(db.rows("orders"), 1);
}

}  // namespace
}  // namespace tenure::test
