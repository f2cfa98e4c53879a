#include "tests/contract/schema_world.h"

#include <fmt/format.h>

#include <stdexcept>

#include "schemas/migrations/migrator.h"
#include "schemas/structure/fingerprint.h"
#include "store/schemas/schema_spaces.h"
#include "tests/contract/kept_apart.h"

namespace tenure::contract {
namespace {

constexpr const char* kCustomers = R"(
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  plan text REFERENCES public.plans,
  favourite_id bigint);
)";

constexpr const char* kTables[] = {"customers", "orders", "events_early", "events_late", "totals"};

}  // namespace

SchemaWorld::SchemaWorld() {
  migrations_.write("shared/0001_plans.sql", kSharedTables);
  migrations_.write("tenant/0001_initial.sql", std::string(kCustomers) + kOwnTables);
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
  store_ = store_kept_apart(db_.settings(), isolation, std::make_unique<store::SchemaSpaces>(db_.settings()), vault());
}

std::string SchemaWorld::schema_of(const TenantId& tenant) const {
  return db_.value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", tenant.str()));
}

store::Counts SchemaWorld::fill(const TenantId& tenant) {
  const auto schema = provisioner_->provision(
      {.tenant = tenant, .tenant_name = "Ann's \"Café\"", .typed = "Ann's \"Café\" " + tenant.str().substr(0, 8)}, {});
  db_.run(
      fmt::format("SET search_path = \"{}\", public; INSERT INTO customers (name, plan) VALUES (E'tab\\there', "
                  "'basic'), ('', NULL); {} INSERT INTO public.memos (tenant_id, memo) VALUES ('{}', 'call them')",
                  schema.schema.name, kOwnRows, tenant.str()));
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
