#include "tests/contract/schema_world.h"

#include <fmt/format.h>

#include <stdexcept>

#include "schemas/migrations/migrator.h"
#include "schemas/structure/fingerprint.h"
#include "store/schemas/schema_spaces.h"

namespace tenure::contract {
namespace {

constexpr const char* kShared = R"(
CREATE TABLE plans (code text PRIMARY KEY);
CREATE TABLE memos (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, memo text);
INSERT INTO plans VALUES ('basic');
)";

constexpr const char* kTenant = R"(
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  plan text REFERENCES public.plans,
  favourite_id bigint);
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

// {0} is the schema, {1} the tenant.
constexpr const char* kRows = R"(
SET search_path = "{0}", public;
INSERT INTO customers (name, plan) VALUES (E'tab\there', 'basic'), ('', NULL);
INSERT INTO orders (customer_id, price, placed_at)
  SELECT min(id), 12.5, timestamptz '2026-03-29 02:30:00.123456+00' FROM customers
  UNION ALL SELECT min(id), NULL, 'infinity' FROM customers;
UPDATE customers SET favourite_id = (SELECT min(id) FROM orders) WHERE name = '';
INSERT INTO events VALUES ('2001-01-01', '\x00ff'), ('2026-02-03', NULL), ('2027-01-01', '');
REFRESH MATERIALIZED VIEW totals;
INSERT INTO public.memos (tenant_id, memo) VALUES ('{1}', 'call them');
)";

constexpr const char* kTables[] = {"customers", "orders", "events_early", "events_late", "totals"};

}  // namespace

SchemaWorld::SchemaWorld() {
  migrations_.write("shared/0001_plans.sql", kShared);
  migrations_.write("tenant/0001_initial.sql", kTenant);
  const estate::Isolation isolation{.model = estate::IsolationModel::schema, .has_no_users = true};
  const auto report =
      schemas::Migrator({.service = "shop",
                         .database = db_.settings(),
                         .isolation = isolation,
                         .shared = schemas::read_migrations(migrations_.path(), schemas::Scope::shared),
                         .tenant = schemas::read_migrations(migrations_.path(), schemas::Scope::tenant)})
          .run({}, {});
  if (!report.is_success()) throw std::runtime_error(report.schemas.back().why);
  provisioner_ = std::make_unique<schemas::Provisioner>(db_.settings(), isolation);
  const auto estate = estate::parse_estate(
      "estate: shop\nservices:\n  shop:\n    database: postgresql://unused\n    tables: {plans: {keep: \"for "
      "sale\"}}\n",
      "estate.yaml", [](std::string_view) { return std::nullopt; }, estate::DatabaseSource::urls);
  auto rules = std::get<estate::Database>(estate.services.front().source);
  rules.isolation = isolation;
  store_ = std::make_unique<store::SpaceStore>(
      store::SpaceStoreSettings{.service = "shop", .rules = rules, .vault = vault()},
      std::make_unique<store::SchemaSpaces>(db_.settings()),
      std::make_unique<store::PostgresStore>(
          store::PostgresStoreSettings{.service = store::SpaceStore::shared_name("shop"),
                                       .connection = db_.settings(),
                                       .rules = rules,
                                       .tenant_column = estate.tenant_column,
                                       .last_tables = {},
                                       .pseudonym_key = {},
                                       .vault = vault(),
                                       .only_schemas = rules.schemas}));
}

std::string SchemaWorld::schema_of(const TenantId& tenant) const {
  return db_.value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", tenant.str()));
}

store::Counts SchemaWorld::fill(const TenantId& tenant) {
  const auto schema = provisioner_->provision(
      {.tenant = tenant, .tenant_name = "Ann's \"Café\"", .typed = "Ann's \"Café\" " + tenant.str().substr(0, 8)}, {});
  db_.run(fmt::format(kRows, schema.schema.name, tenant.str()));
  return {{"customers", 2}, {"orders", 2}, {"events", 3}, {"public.memos", 1}};
}

std::string SchemaWorld::add_row(const TenantId& tenant) {
  db_.run(fmt::format("INSERT INTO memos (tenant_id) VALUES ('{}')", tenant.str()));
  return "public.memos";
}

std::int64_t SchemaWorld::rows_of(const TenantId& tenant) const {
  auto rows = std::stoll(db_.value(fmt::format("SELECT count(*) FROM memos WHERE tenant_id = '{}'", tenant.str())));
  const auto schema = schema_of(tenant);
  if (schema == "NULL") return rows;
  for (const auto* table : {"customers", "orders", "events"}) {
    rows += std::stoll(db_.value(fmt::format("SELECT count(*) FROM \"{}\".{}", schema, table)));
  }
  return rows;
}

std::string SchemaWorld::digest_without(const std::optional<TenantId>& tenant) const {
  const auto except = tenant ? fmt::format("tenant_id <> '{}'", tenant->str()) : std::string("true");
  auto digest = db_.digest_of("memos", except) + db_.digest_of("plans");
  auto connection = db_.connect();
  const auto schemas = connection.exec(pg::Sql::script_from_operator(
      "SELECT name, concat_ws('/', kind, tenant_id, tenant_name, version, history, "
      "obj_description(to_regnamespace(quote_ident(name)))) FROM tenure.schemas WHERE kind = 'tenant' AND " +
      except + " ORDER BY name"));
  for (int row = 0; row < schemas.rows(); ++row) {
    const auto schema = schemas.text(row, 0);
    digest += fmt::format("\n{} {}", schema, schemas.text(row, 1));
    digest += fmt::format(" {}", schemas::fingerprints_of(connection, {schema})[schema]);
    for (const auto* table : kTables) digest += " " + db_.digest_of(fmt::format("\"{}\".{}", schema, table));
    for (const auto* sequence : {"customers_id_seq", "orders_id_seq"}) {
      digest += " " + db_.value(fmt::format("SELECT concat(last_value, is_called) FROM \"{}\".{}", schema, sequence));
    }
  }
  return digest;
}

std::unique_ptr<World> make_schema_world() { return std::make_unique<SchemaWorld>(); }

}  // namespace tenure::contract
