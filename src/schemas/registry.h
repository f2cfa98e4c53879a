#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "pg/connection.h"
#include "schemas/migrations/migration_set.h"

namespace tenure::schemas {

/// What a schema in the registry is for. A `ready` one waits for a tenant to come.
enum class SchemaKind { shared, reference, super_tenant, tenant, ready };

std::string_view to_string(SchemaKind kind);
/// @throws Error(internal) for text that the table cannot hold.
SchemaKind parse_schema_kind(std::string_view text);

/// One row of tenure.schemas. `name` is that of a schema, or of a database where tenants have one each.
struct SchemaRecord {
  std::int64_t id = 0;
  SchemaKind kind = SchemaKind::tenant;
  std::string name;
  std::optional<TenantId> tenant;
  int version = 0;      ///< of the last migration applied
  std::string history;  ///< as MigrationSet::history
};

bool has_registry(pg::Connection& connection);
/// False also for one that an earlier version made and no run of this one has been at since.
bool has_current_registry(pg::Connection& connection);
/// Creates schema `tenure` and what the registry lacks of tables and columns. Safe to repeat and from several processes
/// at once; costs one short query when they are there.
void install_registry(pg::Connection& connection);

/// The schemas of one scope that a set of migrations is not applied to in full.
struct Survey {
  std::int64_t total = 0;            ///< schemas of the scope
  std::vector<SchemaRecord> behind;  ///< the reference first, then the super tenant's, then by name
};

/// Looks by one query. `name` limits it to one schema. @throws Error(refused) with every problem when migrations that
/// were applied have been edited since, or are not among the files.
Survey survey(pg::Connection& connection, const MigrationSet& migrations, Scope scope,
              const std::optional<std::string>& name = std::nullopt);

/// The record of this name, whatever its kind; only of a live schema.
std::optional<SchemaRecord> find_schema(pg::Connection& connection, const std::string& name);
/// The tenant's.
std::optional<SchemaRecord> find_schema_of(pg::Connection& connection, const TenantId& tenant);
/// The only one of the kind: shared, reference or super_tenant.
std::optional<SchemaRecord> find_schema(pg::Connection& connection, SchemaKind kind);

/// Makes the schema `name` without a tenant, and its record, where they are missing: the shared one or the reference.
/// @throws Error(conflict) when the kind has another schema already, or the name another use.
SchemaRecord ensure_schema(pg::Connection& connection, SchemaKind kind, const std::string& name);
/// The same in the transaction that is open.
SchemaRecord ensure_schema_in_transaction(pg::Connection& connection, SchemaKind kind, const std::string& name);

/// `{1,2}`: numbers as PostgreSQL writes an array.
std::string array_of(const std::vector<std::int64_t>& numbers);
/// The same for words of a-z, 0-9 and _ only.
std::string array_of(const std::vector<std::string>& words);

}  // namespace tenure::schemas
