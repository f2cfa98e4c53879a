#pragma once

#include <memory>

#include "pg/settings.h"
#include "store/spaces/space_store.h"
#include "store/spaces/tenant_spaces.h"

// What a product has in the worlds in which each tenant's tables are kept apart, whatever they are kept in.
namespace tenure::contract {

/// One table with rows of all tenants, and one that is nobody's.
inline constexpr const char* kSharedTables = R"(
CREATE TABLE plans (code text PRIMARY KEY);
CREATE TABLE memos (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, memo text);
INSERT INTO plans VALUES ('basic');
)";

/// A tenant's own, beside its customers.
inline constexpr const char* kOwnTables = R"(
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  price numeric(9,2),
  doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
  placed_at timestamptz NOT NULL DEFAULT now());
ALTER TABLE customers ADD FOREIGN KEY (favourite_id) REFERENCES orders;
CREATE INDEX ON orders (customer_id);
CREATE TABLE events (at date NOT NULL, what bytea) PARTITION BY RANGE (at);
CREATE TABLE events_early PARTITION OF events FOR VALUES FROM ('2000-01-01') TO ('2026-01-01');
CREATE TABLE events_late PARTITION OF events DEFAULT;
CREATE VIEW rich AS SELECT name, price FROM customers JOIN orders ON orders.customer_id = customers.id WHERE price > 10;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(price) FROM orders GROUP BY 1;
CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''closed''; END';
CREATE TRIGGER no_more BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION no_more();
)";

/// Their rows, of two customers, of whom one is called ''.
inline constexpr const char* kOwnRows = R"(
INSERT INTO orders (customer_id, price, placed_at)
  SELECT min(id), 12.5, timestamptz '2026-03-29 02:30:00.123456+00' FROM customers
  UNION ALL SELECT min(id), NULL, 'infinity' FROM customers;
UPDATE customers SET favourite_id = (SELECT min(id) FROM orders) WHERE name = '';
INSERT INTO events VALUES ('2001-01-01', '\x00ff'), ('2026-02-03', NULL), ('2027-01-01', '');
REFRESH MATERIALIZED VIEW totals;
)";

/// The store of the service "shop", with its shared tables in the database `settings`.
std::unique_ptr<store::SpaceStore> store_kept_apart(const pg::ConnectionSettings& settings,
                                                    const estate::Isolation& isolation,
                                                    std::unique_ptr<store::TenantSpaces> spaces,
                                                    const archive::Vault& vault);

}  // namespace tenure::contract
