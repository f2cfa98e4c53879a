#include "schemas/schema_record.h"

#include <fmt/format.h>

#include "base/error.h"
#include "schemas/sql.h"
#include "schemas/structure/schema_tables.h"

namespace tenure::schemas {
namespace {

constexpr const char* kLockTimeout = "10s";

std::optional<TenantSchema> read(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return TenantSchema{.id = rows.int64(0, 0),
                      .kind = parse_schema_kind(rows.text(0, 1)),
                      .name = rows.text(0, 2),
                      .is_dropping = rows.text(0, 6) == "dropping"};
}

std::string mark_of(const TenantId& tenant) { return "tenure: tenant " + tenant.str(); }

}  // namespace

std::string TenantSchema::home() const { return is_dropping ? fmt::format("tenure_dropping_{}", id) : name; }

void lock_tenant(pg::Connection& connection, const TenantId& tenant) {
  connection.exec(sql::kLockTenant, pg::Params(tenant));
}

std::optional<TenantSchema> lock_tenant_schema(pg::Connection& connection, const TenantId& tenant) {
  return read(connection.exec(sql::kLockSchemaOfTenant, pg::Params(tenant, kLockTimeout)));
}

std::optional<TenantSchema> find_tenant_schema(pg::Connection& connection, const TenantId& tenant) {
  return read(connection.exec(sql::kFindSchemaOfTenant, pg::Params(tenant)));
}

std::vector<std::string> find_marked_schemas(pg::Connection& connection, const TenantId& tenant) {
  const auto rows = connection.exec(sql::kListMarkedSchemas, pg::Params(mark_of(tenant)));
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

std::string read_record(pg::Connection& connection, const TenantSchema& schema) {
  return connection.exec(sql::kReadRecord, pg::Params(schema.id, schema.home())).text(0, 0);
}

TenantSchema restore_record(pg::Connection& connection, const TenantId& tenant, const std::string& record) {
  if (!connection.exec(sql::kRestoreRecord, pg::Params(record)).empty()) {
    if (auto restored = find_tenant_schema(connection, tenant)) return *std::move(restored);
  }
  throw Error(ErrorCode::conflict, "the tenant has a schema again, or another tenant has one of its name");
}

std::string read_positions(pg::Connection& connection, const std::string& name) {
  return connection.exec(sql::kReadPositions, pg::Params(name)).text(0, 0);
}

void restore_positions(pg::Connection& connection, const std::string& name, const std::string& record) {
  connection.exec(sql::kRestorePositions, pg::Params(name, record));
}

void begin_dropping(pg::Connection& connection, TenantSchema& schema) {
  connection.exec(sql::kBeginDropping, pg::Params(schema.id));
  pg::SqlBuilder rename;
  rename << "ALTER SCHEMA " << pg::Identifier(schema.name) << " RENAME TO ";
  schema.is_dropping = true;
  rename << pg::Identifier(schema.home());
  connection.exec(rename.build());
}

void finish_dropping(pg::Connection& connection, const TenantSchema& schema) {
  connection.exec(drop_schema(schema.home()));
  connection.exec(sql::kRemoveSchema, pg::Params(schema.id));
}

void mark_schema(pg::Connection& connection, const std::string& name, const TenantId& tenant) {
  pg::SqlBuilder comment;
  comment << "COMMENT ON SCHEMA " << pg::Identifier(name) << " IS ";
  comment.constant(mark_of(tenant));
  connection.exec(comment.build());
}

}  // namespace tenure::schemas
