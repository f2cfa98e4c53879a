#include "schemas/databases/database_provisioner.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "pg/transaction.h"
#include "schemas/databases/tenant_turn.h"
#include "schemas/provision/schema_name.h"
#include "schemas/sql.h"
#include "schemas/structure/schema_tables.h"
#include "schemas/structure/structure_script.h"

namespace tenure::schemas {
namespace {

constexpr Milliseconds kClearing{10000};

std::optional<TenantDatabase> find_live(pg::Connection& connection, const NewSchema& wanted) {
  auto found = find_tenant_database(connection, wanted.tenant);
  if (!found || found->state == DatabaseState::making) return std::nullopt;
  if (found->state == DatabaseState::dropping) {
    throw Error(ErrorCode::conflict, "an erasure is in the middle of the tenant's database", Retry::later);
  }
  if ((found->kind == SchemaKind::super_tenant) != wanted.is_super) {
    throw Error(ErrorCode::conflict, "the tenant has a database of another kind");
  }
  return found;
}

Provisioned as_provisioned(const TenantDatabase& database, const TenantId& tenant, bool is_new) {
  return {.schema = {.id = database.id, .kind = database.kind, .name = database.name, .tenant = tenant},
          .is_new = is_new};
}

std::map<std::string, std::int64_t> rows_by_table(pg::Connection& connection) {
  const auto tables = schema_tables(connection, kHomeSchema);
  const auto counts = count_rows(connection, kHomeSchema, tables);
  std::map<std::string, std::int64_t> rows;
  for (std::size_t at = 0; at < tables.size(); ++at) rows[tables[at].name] = counts[at];
  return rows;
}

}  // namespace

pg::Connection DatabaseProvisioner::open(const std::string& name, const Call& call) const {
  auto connection = pg::Connection::open(name.empty() ? database_ : in_database(database_, name), call);
  connection.bind(call);
  return connection;
}

std::string DatabaseProvisioner::name_for(pg::Connection& connection, const NewSchema& wanted) const {
  const auto typed = wanted.is_super ? std::string(kSuperTenantSchema) : wanted.typed;
  auto name = schema_name_for(isolation_.prefix, typed, isolation_.reference);
  if (!connection.exec(sql::kFindSchema, pg::Params(name)).empty()) return told_apart(name, wanted.tenant.str());
  return name;
}

void DatabaseProvisioner::clear_away(pg::Connection& connection, const TenantId& mine, const Call& call) const {
  const auto rows = connection.exec(sql::kListMaking);
  if (rows.empty()) return;
  auto other = open("", call);
  for (int row = 0; row < rows.rows(); ++row) {
    const auto tenant = TenantId::parse(rows.text(row, 0));
    pg::Transaction turn(other);
    if (tenant != mine && !TenantTurn::is_free(turn, tenant)) continue;
    const auto database = find_tenant_database(connection, tenant);
    if (database && database->state == DatabaseState::making) discard(connection, *database);
  }
}

TenantDatabase DatabaseProvisioner::begin_making(pg::Connection& connection, const NewSchema& wanted) const {
  const auto name = name_for(connection, wanted);
  if (has_database(connection, name)) {
    throw Error(ErrorCode::conflict,
                fmt::format("the database {} is on the server, and the registry does not know it", name));
  }
  const auto kind = wanted.is_super ? SchemaKind::super_tenant : SchemaKind::tenant;
  const auto added = connection.exec(
      sql::kAddSchema, pg::Params(to_string(kind), name, wanted.tenant, wanted.tenant_name, std::string("making")));
  if (added.empty()) {
    throw Error(ErrorCode::conflict, fmt::format("the database {} was given to somebody else meanwhile", name),
                Retry::later);
  }
  return *find_tenant_database(connection, wanted.tenant);
}

void DatabaseProvisioner::make(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant,
                               const Call& call) const {
  create_database(connection, database, tenant, isolation_.reference);
  {
    auto inside = open(database.work_name, call);
    const pg::Transaction transaction(inside, pg::Snapshot::fixed);
    require_home_schema_only(inside);
    StructureScript::require_makeable(inside, kHomeSchema);
  }
  pg::Transaction transaction(connection);
  go_live(connection, database, tenant);
  transaction.commit();
}

Provisioned DatabaseProvisioner::provision(const NewSchema& wanted, const Call& call) {
  auto connection = open("", call);
  install_registry(connection);
  if (const auto found = find_live(connection, wanted)) return as_provisioned(*found, wanted.tenant, false);
  const TenantTurn turn(database_, wanted.tenant, call);
  // Of two calls for one tenant the second finds what the first has made.
  if (const auto found = find_live(connection, wanted)) return as_provisioned(*found, wanted.tenant, false);
  clear_away(connection, wanted.tenant, call);
  const auto database = begin_making(connection, wanted);
  try {
    make(connection, database, wanted.tenant, call);
  } catch (const Error&) {
    try {
      connection.bind(Call::within(kClearing));
      discard(connection, database);
    } catch (const Error&) {
      // The next call clears it away.
    }
    throw;
  }
  return as_provisioned(database, wanted.tenant, true);
}

std::optional<Place> DatabaseProvisioner::place_of(const TenantId& tenant, const Call& call) {
  auto connection = open("", call);
  const auto found = has_registry(connection) ? find_tenant_database(connection, tenant) : std::nullopt;
  if (!found || found->state != DatabaseState::live) return std::nullopt;
  return Place{.database = found->name, .schema = kHomeSchema};
}

bool DatabaseProvisioner::is_unused(pg::Connection& connection, const TenantDatabase& database,
                                    const Call& call) const {
  if (!admits_connections(connection, isolation_.reference)) return false;
  auto own = open(database.name, call);
  auto reference = open(isolation_.reference, call);
  return rows_by_table(own) == rows_by_table(reference);
}

void DatabaseProvisioner::take_back(const TenantId& tenant, const Call& call) {
  auto connection = open("", call);
  if (!has_registry(connection)) return;
  const TenantTurn turn(database_, tenant, call);
  const auto database = find_tenant_database(connection, tenant);
  if (!database || database->state != DatabaseState::live || !database->is_there) return;
  if (!is_unused(connection, *database, call)) return;
  {
    pg::Transaction transaction(connection);
    back_to_making(connection, *database);
    transaction.commit();
  }
  discard(connection, *find_tenant_database(connection, tenant));
}

}  // namespace tenure::schemas
