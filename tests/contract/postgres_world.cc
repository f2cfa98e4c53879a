#include "tests/contract/postgres_world.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

namespace tenure::contract {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSchema = R"(
CREATE TABLE cities (name text PRIMARY KEY, weather text NOT NULL);
CREATE TABLE daily_totals (day text PRIMARY KEY, deleted integer NOT NULL);
CREATE TABLE templates (code text NOT NULL, tenant_id uuid, is_system boolean NOT NULL);
CREATE TABLE customers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL,
  referred_by_id uuid REFERENCES customers ON DELETE SET NULL);
CREATE TABLE customer_notes (customer_id uuid NOT NULL REFERENCES customers ON DELETE CASCADE, note text);
CREATE TABLE orders (
  tenant_id uuid NOT NULL,
  number integer NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers,
  PRIMARY KEY (tenant_id, number));
CREATE TABLE order_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  order_number integer NOT NULL,
  FOREIGN KEY (tenant_id, order_number) REFERENCES orders ON DELETE CASCADE);
CREATE TABLE models (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, storage_path text NOT NULL);
CREATE TABLE audit_logs (tenant_id uuid NOT NULL, user_id uuid, what text NOT NULL);

CREATE FUNCTION count_deletion() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN UPDATE daily_totals SET deleted = deleted + 1; RETURN OLD; END';
CREATE TRIGGER count_deletion AFTER DELETE ON customers FOR EACH ROW EXECUTE FUNCTION count_deletion();

INSERT INTO cities VALUES ('Girona', 'rain'), ('Vic', 'fog');
INSERT INTO daily_totals VALUES ('today', 0);
INSERT INTO templates VALUES ('goodbye', NULL, true);
)";

// {0} is the tenant's id; two customers, of whom one was referred by the other, with one order of three items.
constexpr const char* kRows = R"(
WITH first AS (INSERT INTO customers (tenant_id) VALUES ('{0}') RETURNING id),
     second AS (INSERT INTO customers (tenant_id, referred_by_id) SELECT '{0}', id FROM first RETURNING id),
     notes AS (INSERT INTO customer_notes SELECT id, 'likes rye' FROM second),
     ordered AS (INSERT INTO orders SELECT '{0}', 1, id FROM second),
     items AS (INSERT INTO order_items (tenant_id, order_number) SELECT '{0}', 1 FROM generate_series(1, 3))
INSERT INTO audit_logs SELECT '{0}', gen_random_uuid(), 'ordered' FROM second;
INSERT INTO templates VALUES ('invoice', '{0}', false), ('welcome', '{0}', true);
INSERT INTO models (tenant_id, storage_path) VALUES ('{0}', '{0}/one.bin'), ('{0}', '{0}/two.bin');
)";

constexpr const char* kEstate = R"(
estate: shop
defaults: {{last: [audit_logs]}}
services:
  shop:
    database: postgresql://unused
    tables:
      cities: {{keep: "shared by all tenants"}}
      daily_totals: {{keep: "counts of all tenants"}}
      templates: {{keep_rows: {{is_system: true}}, reason: "shipped with the product"}}
      models: {{files: {{column: storage_path, root: "{}"}}}}
      audit_logs: {{user: {{column: user_id, action: set_null}}}}
    {}
)";

/// Which rows an erasure of the tenant $T deletes, by table; others stay whatever happens.
const std::map<std::string, std::string> kOwned = {
    {"cities", "false"},
    {"templates", "r.tenant_id = '$T' AND NOT r.is_system"},
    {"customers", "r.tenant_id = '$T'"},
    {"customer_notes", "r.customer_id IN (SELECT id FROM customers WHERE tenant_id = '$T')"},
    {"orders", "r.tenant_id = '$T'"},
    {"order_items", "r.tenant_id = '$T'"},
    {"models", "r.tenant_id = '$T'"},
    {"audit_logs", "r.tenant_id = '$T'"},
};

std::string owned(const std::string& table, const TenantId& tenant) {
  auto condition = kOwned.at(table);
  for (auto at = condition.find("$T"); at != std::string::npos; at = condition.find("$T")) {
    condition.replace(at, 2, tenant.str());
  }
  return "(" + condition + ") IS TRUE";
}

}  // namespace

PostgresWorld::PostgresWorld(Role role, Chunked chunked)
    : role_(role), chunked_(chunked), store_((create_schema(), settings())) {
  fs::create_directories(files_.path());
}

std::unique_ptr<store::PostgresStore> PostgresWorld::another_store() const {
  return std::make_unique<store::PostgresStore>(settings());
}

void PostgresWorld::create_schema() const {
  if (role_ == Role::superuser) return db_.run(kSchema);
  db_.run("DO 'BEGIN CREATE ROLE shop LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END'");
  db_.run(fmt::format("GRANT CREATE ON DATABASE {} TO shop; GRANT CREATE ON SCHEMA public TO shop", db_.name()));
  db_.run(std::string("SET ROLE shop;") + kSchema);
}

store::PostgresStoreSettings PostgresWorld::settings() const {
  const bool skips = role_ == Role::superuser;
  const auto text = fmt::format(
      kEstate, files_.path().string(),
      skips ? "triggers: [{trigger: customers.count_deletion, action: skip}]" : "side_effects: [daily_totals]");
  const auto estate = estate::parse_estate(
      text, "estate.yaml", [](std::string_view) { return std::nullopt; }, estate::DatabaseSource::urls);
  return {
      .service = "shop",
      .connection = skips ? db_.settings() : db_.settings().with("user", "shop"),
      .rules = std::get<estate::Database>(estate.services.front().source),
      .tenant_column = estate.tenant_column,
      .last_tables = estate.last_tables,
      .pseudonym_key = {},
      .vault = vault(),
      .chunks = chunked_ == Chunked::yes ? std::optional(store::ChunkRules{.rows = 1, .throttle = {}}) : std::nullopt};
}

store::Counts PostgresWorld::fill(const TenantId& tenant) {
  db_.run(fmt::format(kRows, tenant.str()));
  fs::create_directories(files_.path() / tenant.str());
  for (const auto* name : {"one.bin", "two.bin"}) std::ofstream(files_.path() / tenant.str() / name) << tenant.str();
  return {{"audit_logs", 1},          {"customer_notes", 1}, {"customers", 2}, {"models", 2},
          {"models.storage_path", 2}, {"order_items", 3},    {"orders", 1},    {"templates", 1}};
}

std::string PostgresWorld::add_row(const TenantId& tenant) {
  db_.run(fmt::format("INSERT INTO customers (tenant_id) VALUES ('{}')", tenant.str()));
  return "customers";
}

std::int64_t PostgresWorld::rows_of(const TenantId& tenant) const {
  std::int64_t rows = 0;
  for (const auto& [table, condition] : kOwned) {
    rows += std::stoll(db_.value(fmt::format("SELECT count(*) FROM {} AS r WHERE {}", table, owned(table, tenant))));
  }
  return rows;
}

std::string PostgresWorld::digest_without(const std::optional<TenantId>& tenant) const {
  std::string digest;
  for (const auto& [table, condition] : kOwned) {
    digest += db_.digest_of(table, tenant ? "NOT (" + owned(table, *tenant) + ")" : "true") + " ";
  }
  for (const auto& folder : fs::directory_iterator(files_.path())) {
    if (tenant && folder.path().filename() == tenant->str()) continue;
    const auto files = std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
    digest += fmt::format("{}={} ", folder.path().filename().string(), files);
  }
  return digest;
}

Obstacle PostgresWorld::block() {
  auto session = std::make_shared<pg::Connection>(db_.connect());
  session->run_script(pg::Sql::script_from_operator("BEGIN; LOCK TABLE orders IN SHARE MODE"));
  return session;
}

std::int64_t PostgresWorld::files_of(const TenantId& tenant) const {
  const auto folder = files_.path() / tenant.str();
  return fs::exists(folder) ? std::distance(fs::directory_iterator(folder), fs::directory_iterator()) : 0;
}

std::int64_t PostgresWorld::deletions_seen_by_trigger() const {
  return std::stoll(db_.value("SELECT deleted FROM daily_totals"));
}

std::unique_ptr<BlockableWorld> make_blockable_superuser_world() {
  return std::make_unique<PostgresWorld>(Role::superuser);
}
std::unique_ptr<BlockableWorld> make_blockable_plain_role_world() {
  return std::make_unique<PostgresWorld>(Role::plain);
}
std::unique_ptr<World> make_superuser_world() { return make_blockable_superuser_world(); }
std::unique_ptr<World> make_plain_role_world() { return make_blockable_plain_role_world(); }
std::unique_ptr<World> make_chunked_superuser_world() {
  return std::make_unique<PostgresWorld>(Role::superuser, Chunked::yes);
}
std::unique_ptr<World> make_chunked_plain_role_world() {
  return std::make_unique<PostgresWorld>(Role::plain, Chunked::yes);
}

}  // namespace tenure::contract
