#include "tests/contract/database_world.h"

#include <fmt/format.h>

#include "schemas/databases/tenant_databases.h"
#include "schemas/structure/fingerprint.h"
#include "store/databases/database_spaces.h"
#include "tests/contract/kept_apart.h"

namespace tenure::contract {
namespace {

constexpr const char* kCustomers = R"(
CREATE SCHEMA extensions;
CREATE EXTENSION citext SCHEMA extensions;
CREATE TABLE settings (name text PRIMARY KEY, value text);
INSERT INTO settings VALUES ('currency', 'EUR');
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name extensions.citext NOT NULL,
  favourite_id bigint);
)";

constexpr const char* kRowsOfCustomers = R"(INSERT INTO customers (name) VALUES (E'tab\there'), ('');)";

constexpr const char* kTables[] = {"settings", "customers", "orders", "events_early", "events_late", "totals"};

estate::Isolation isolation_after(const std::string& service) {
  return {.model = estate::IsolationModel::database,
          .prefix = service + "_",
          .reference = service + "_reference",
          .has_no_users = true};
}

pg::Sql from_test(const std::string& text) { return pg::Sql::script_from_operator(text); }

}  // namespace

DatabaseWorld::DatabaseWorld() : isolation_(isolation_after(db_.name())) {
  db_.run(kSharedTables);
  db_.run(fmt::format("CREATE DATABASE {}", reference()));
  run_in(reference(), std::string(kCustomers) + kOwnTables);
  provisioner_ = std::make_unique<schemas::DatabaseProvisioner>(db_.settings(), isolation_);
  store_ = store_kept_apart(db_.settings(), isolation_,
                            std::make_unique<store::DatabaseSpaces>(db_.settings(), reference()), vault());
}

DatabaseWorld::~DatabaseWorld() {
  store_.reset();
  auto connection = db_.connect();
  const auto mine = connection.exec(from_test(fmt::format(
      "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database, (SELECT oid FROM pg_database WHERE "
      "datname = current_database()) me WHERE datname LIKE '{0}\\_%' OR datname LIKE 'tenure\\_%\\_' || me.oid || "
      "'\\_%'",
      db_.name())));
  for (int row = 0; row < mine.rows(); ++row) connection.exec(from_test(mine.text(row, 0)));
}

std::string DatabaseWorld::value_in(const std::string& database, const std::string& query) const {
  auto connection = pg::Connection::open(schemas::in_database(db_.settings(), database));
  return connection.exec(from_test(query)).optional_text(0, 0).value_or("NULL");
}

void DatabaseWorld::run_in(const std::string& database, const std::string& script) const {
  auto connection = pg::Connection::open(schemas::in_database(db_.settings(), database));
  connection.run_script(from_test(script));
}

std::string DatabaseWorld::database_of(const TenantId& tenant) const {
  if (db_.value("SELECT to_regclass('tenure.schemas')") == "NULL") return "";
  const auto name = db_.value(
      fmt::format("SELECT min(name) FROM tenure.schemas WHERE state = 'live' AND tenant_id = '{}'", tenant.str()));
  return name == "NULL" ? "" : name;
}

std::string DatabaseWorld::databases() const {
  return db_.value(fmt::format(
      "SELECT coalesce(string_agg(regexp_replace(datname, '^tenure_([a-z]*)_.*', '\\1'), ' ' ORDER BY datname), "
      "'none') FROM pg_database, (SELECT oid FROM pg_database WHERE datname = current_database()) me WHERE "
      "datname <> '{0}_reference' AND (datname LIKE '{0}\\_%' OR datname LIKE 'tenure\\_%\\_' || me.oid || "
      "'\\_%')",
      db_.name()));
}

store::Counts DatabaseWorld::fill(const TenantId& tenant) {
  provisioner_->provision(
      {.tenant = tenant, .tenant_name = "Ann's \"Café\"", .typed = "Ann's \"Café\" " + tenant.str().substr(0, 8)}, {});
  run_in(database_of(tenant), std::string(kRowsOfCustomers) + kOwnRows);
  db_.run(fmt::format("INSERT INTO memos (tenant_id, memo) VALUES ('{}', 'call them')", tenant.str()));
  return {{"settings", 1}, {"customers", 2}, {"orders", 2}, {"events", 3}, {"public.memos", 1}};
}

std::string DatabaseWorld::add_row(const TenantId& tenant) {
  db_.run(fmt::format("INSERT INTO memos (tenant_id) VALUES ('{}')", tenant.str()));
  return "public.memos";
}

std::int64_t DatabaseWorld::rows_of(const TenantId& tenant) const {
  auto rows = std::stoll(db_.value(fmt::format("SELECT count(*) FROM memos WHERE tenant_id = '{}'", tenant.str())));
  const auto database = database_of(tenant);
  if (database.empty()) return rows;
  for (const auto* table : {"settings", "customers", "orders", "events"}) {
    rows += std::stoll(value_in(database, fmt::format("SELECT count(*) FROM {}", table)));
  }
  return rows;
}

std::string DatabaseWorld::digest_without(const std::optional<TenantId>& tenant) const {
  const auto except = tenant ? fmt::format("tenant_id <> '{}'", tenant->str()) : std::string("true");
  auto digest = db_.digest_of("memos", except) + db_.digest_of("plans");
  if (db_.value("SELECT to_regclass('tenure.schemas')") == "NULL") return digest;
  auto connection = db_.connect();
  const auto records = connection.exec(from_test(
      "SELECT name, concat_ws('/', kind, state, tenant_id, tenant_name, version, history, shobj_description(oid, "
      "'pg_database'), datallowconn, datconnlimit) FROM tenure.schemas LEFT JOIN pg_database ON datname = name WHERE " +
      except + " ORDER BY name"));
  for (int row = 0; row < records.rows(); ++row) {
    const auto name = records.text(row, 0);
    digest += fmt::format("\n{} {}", name, records.text(row, 1));
    auto inside = pg::Connection::open(schemas::in_database(db_.settings(), name));
    digest += " " + schemas::fingerprints_of(inside, {schemas::kHomeSchema})[schemas::kHomeSchema];
    digest +=
        value_in(name, "SELECT concat(nspowner::regrole, ' ', nspacl) FROM pg_namespace WHERE nspname = 'public'");
    for (const auto* table : kTables) {
      digest += " " + value_in(name, fmt::format("SELECT md5(string_agg(r::text, ';' ORDER BY r::text)) FROM ONLY {} r",
                                                 table));
    }
    for (const auto* sequence : {"customers_id_seq", "orders_id_seq"}) {
      digest += " " + value_in(name, fmt::format("SELECT concat(last_value, is_called) FROM {}", sequence));
    }
  }
  return digest;
}

std::unique_ptr<World> make_database_world() { return std::make_unique<DatabaseWorld>(); }

}  // namespace tenure::contract
