#include "schemas/databases/tenant_databases.h"

#include <fmt/format.h>

#include "base/error.h"
#include "pg/sqlstate.h"
#include "pg/transaction.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

constexpr const char* kLockTimeout = "10s";

DatabaseState parse_state(const std::string& text) {
  if (text == "making") return DatabaseState::making;
  return text == "live" ? DatabaseState::live : DatabaseState::dropping;
}

void rename(pg::Connection& connection, const std::string& from, const std::string& to) {
  pg::SqlBuilder statement;
  statement << "ALTER DATABASE " << pg::Identifier(from) << " RENAME TO " << pg::Identifier(to);
  connection.exec(statement.build());
}

void mark(pg::Connection& connection, const std::string& name, const std::string& text) {
  pg::SqlBuilder comment;
  comment << "COMMENT ON DATABASE " << pg::Identifier(name) << " IS ";
  comment.constant(text);
  connection.exec(comment.build());
}

std::string mark_of(pg::Connection& connection, const TenantId& tenant) {
  return fmt::format("tenure: tenant {} of {}", tenant.str(), connection.exec(sql::kNameDatabase).text(0, 0));
}

void copy_database(pg::Connection& connection, const std::string& name, const std::string& like) {
  if (!has_database(connection, like)) {
    throw Error(ErrorCode::refused, fmt::format("there is no database {} that a tenant's could be made like", like));
  }
  pg::SqlBuilder create;
  create << "CREATE DATABASE " << pg::Identifier(name) << " TEMPLATE " << pg::Identifier(like);
  try {
    connection.exec(create.build());
  } catch (const Error& error) {
    if (error.sqlstate() == pg::kObjectInUse) {
      throw Error(ErrorCode::conflict,
                  fmt::format("the database {} is in use: another can be made like it only while nobody is connected "
                              "to it",
                              like),
                  Retry::later);
    }
    if (error.sqlstate() == pg::kInsufficientPrivilege) {
      throw Error(ErrorCode::refused,
                  fmt::format("the service's role may not make a database like {}: it needs CREATEDB, and to own that "
                              "one unless it is a template",
                              like));
    }
    throw;
  }
}

/// A process that was stopped for long may find that others have cleared away what it had begun.
void set_state(pg::Connection& connection, std::int64_t id, const char* state) {
  if (!connection.exec(sql::kSetState, pg::Params(id, state)).empty()) return;
  throw Error(ErrorCode::conflict, "the tenant's database was cleared away while it was being made", Retry::later);
}

}  // namespace

pg::ConnectionSettings in_database(const pg::ConnectionSettings& service, const std::string& name) {
  return service.with("dbname", name);
}

std::optional<std::string> TenantDatabase::place() const {
  if (is_at_work) return work_name;
  return is_there ? std::optional(name) : std::nullopt;
}

void require_marked(const TenantDatabase& database) {
  if (!database.is_unmarked) return;
  throw Error(ErrorCode::refused,
              fmt::format("the database {} is on the server and its comment does not say whose it is; where it is the "
                          "tenant's, put the comment back that docs/databases.md names",
                          database.name));
}

std::optional<TenantDatabase> find_tenant_database(pg::Connection& connection, const TenantId& tenant) {
  const auto rows = connection.exec(sql::kFindDatabaseOfTenant, pg::Params(tenant));
  if (rows.empty()) return std::nullopt;
  return TenantDatabase{.id = rows.int64(0, 0),
                        .kind = parse_schema_kind(rows.text(0, 1)),
                        .name = rows.text(0, 2),
                        .state = parse_state(rows.text(0, 3)),
                        .work_name = rows.text(0, 4),
                        .is_there = rows.boolean(0, 6),
                        .is_unmarked = rows.boolean(0, 5) && !rows.boolean(0, 6),
                        .is_at_work = rows.boolean(0, 7),
                        .archived_by = rows.text(0, 8)};
}

std::optional<TenantDatabase> lock_tenant_database(pg::Connection& connection, const TenantId& tenant) {
  connection.exec(sql::kLockRecordOfTenant, pg::Params(tenant, kLockTimeout));
  return find_tenant_database(connection, tenant);
}

std::vector<std::string> find_marked_databases(pg::Connection& connection, const TenantId& tenant) {
  const auto rows = connection.exec(sql::kListMarkedDatabases, pg::Params(tenant));
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

bool has_database(pg::Connection& connection, const std::string& name) {
  return !connection.exec(sql::kFindDatabase, pg::Params(name)).empty();
}

bool admits_connections(pg::Connection& connection, const std::string& name) {
  const auto rows = connection.exec(sql::kFindDatabase, pg::Params(name));
  return !rows.empty() && rows.boolean(0, 0);
}

void create_database(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant,
                     const std::string& like) {
  copy_database(connection, database.work_name, like);
  try {
    pg::Transaction transaction(connection);
    set_state(connection, database.id, "making");
    mark(connection, database.work_name, mark_of(connection, tenant));
    transaction.commit();
  } catch (const Error& error) {
    // Nothing is in it yet, and nobody else would find it.
    if (error.code() == ErrorCode::conflict) drop_database(connection, database.work_name);
    throw;
  }
}

void drop_database(pg::Connection& connection, const std::string& name) {
  pg::SqlBuilder drop;
  drop << "DROP DATABASE IF EXISTS " << pg::Identifier(name) << " WITH (FORCE)";
  connection.exec(drop.build());
}

void begin_dropping(pg::Connection& connection, const TenantDatabase& database) {
  connection.exec(sql::kBeginDropping, pg::Params(database.id));
  if (!database.is_there) return;
  pg::SqlBuilder close;
  close << "ALTER DATABASE " << pg::Identifier(database.name) << " ALLOW_CONNECTIONS false";
  connection.exec(close.build());
}

void take_away(pg::Connection& connection, const TenantDatabase& database) {
  try {
    connection.exec(sql::kEndSessions, pg::Params(database.name));
  } catch (const Error& error) {
    if (error.sqlstate() != pg::kInsufficientPrivilege) throw;
    throw Error(ErrorCode::refused,
                fmt::format("a session of another role is in the database {}; to end it the service's role needs "
                            "pg_signal_backend",
                            database.name));
  }
  rename(connection, database.name, database.work_name);
  pg::SqlBuilder open;
  open << "ALTER DATABASE " << pg::Identifier(database.work_name) << " ALLOW_CONNECTIONS true CONNECTION LIMIT -1";
  connection.exec(open.build());
}

void mark_archived(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant,
                   const JobId& job) {
  mark(connection, database.work_name, fmt::format("{}, archived by job {}", mark_of(connection, tenant), job.str()));
}

void go_live(pg::Connection& connection, const TenantDatabase& database, const TenantId& tenant) {
  set_state(connection, database.id, "live");
  mark(connection, database.work_name, mark_of(connection, tenant));
  try {
    rename(connection, database.work_name, database.name);
  } catch (const Error& error) {
    if (error.sqlstate() != pg::kDuplicateDatabase) throw;
    throw Error(ErrorCode::conflict,
                fmt::format("the database {} is on the server, and the registry does not know it", database.name));
  }
}

void back_to_making(pg::Connection& connection, const TenantDatabase& database) {
  set_state(connection, database.id, "making");
  rename(connection, database.name, connection.exec(sql::kNameWork, pg::Params(database.id)).text(0, 0));
}

void discard(pg::Connection& connection, const TenantDatabase& database) {
  drop_database(connection, database.work_name);
  connection.exec(sql::kDiscardMaking, pg::Params(database.id));
}

void forget_database(pg::Connection& connection, const TenantDatabase& database) {
  connection.exec(sql::kRemoveSchema, pg::Params(database.id));
}

std::string read_database_record(pg::Connection& connection, const TenantDatabase& database) {
  // How far its sequences are is read in the database itself, see read_positions.sql.
  return connection.exec(sql::kReadRecord, pg::Params(database.id, "")).text(0, 0);
}

TenantDatabase restore_database_record(pg::Connection& connection, const TenantId& tenant, const std::string& record) {
  const auto restored = connection.exec(sql::kRestoreRecord, pg::Params(record));
  if (restored.empty()) {
    throw Error(ErrorCode::conflict, "the tenant has a database again, or another tenant has one of its name");
  }
  set_state(connection, restored.int64(0, 0), "making");
  auto database = find_tenant_database(connection, tenant);
  if (!database || database->id != restored.int64(0, 0)) {
    throw Error(ErrorCode::corrupt, "the archive's record is of another tenant");
  }
  if (has_database(connection, database->name)) {
    throw Error(ErrorCode::conflict,
                fmt::format("the database {} is on the server, and the registry does not know it", database->name));
  }
  return *std::move(database);
}

std::string drop_home_schema(pg::Connection& connection) {
  auto owner = connection.exec(sql::kFindOwnerOfSchema, pg::Params(kHomeSchema)).text(0, 0);
  pg::SqlBuilder drop;
  drop << "DROP SCHEMA " << pg::Identifier(kHomeSchema) << " CASCADE";
  connection.exec(drop.build());
  return owner;
}

void own_home_schema(pg::Connection& connection, const std::string& owner) {
  pg::SqlBuilder own;
  own << "ALTER SCHEMA " << pg::Identifier(kHomeSchema) << " OWNER TO " << pg::Identifier(owner);
  connection.exec(own.build());
}

void require_home_schema_only(pg::Connection& connection) {
  const auto rows = connection.exec(sql::kListBesideHome);
  if (rows.empty()) return;
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.push_back(rows.text(row, 0));
  throw Error(ErrorCode::refused,
              fmt::format("a tenant's database holds what is not in its schema public and would not come back: {}",
                          fmt::join(names, ", ")));
}

}  // namespace tenure::schemas
