#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// A tenant's schema as its record has it, locked for the transaction that is open.
struct TenantSchema {
  std::int64_t id = 0;
  SchemaKind kind = SchemaKind::tenant;
  std::string name;          ///< as the tenant knows it
  bool is_dropping = false;  ///< goes part by part, and is called home() meanwhile

  /// What the database calls it now.
  std::string home() const;
};

/// One transaction at a time makes, moves or discards what a tenant has of its own.
void lock_tenant(pg::Connection& connection, const TenantId& tenant);
/// Nothing when the tenant has none. Waits for a migration of it.
std::optional<TenantSchema> lock_tenant_schema(pg::Connection& connection, const TenantId& tenant);
std::optional<TenantSchema> find_tenant_schema(pg::Connection& connection, const TenantId& tenant);
/// Also those that the registry does not know, by their mark.
std::vector<std::string> find_marked_schemas(pg::Connection& connection, const TenantId& tenant);

/// The record as JSON: name, kind, tenant, migrations, and how far the schema's sequences are.
std::string read_record(pg::Connection& connection, const TenantSchema& schema);
/// Brings the record back. @throws Error(conflict) when its name or its tenant has another schema now.
TenantSchema restore_record(pg::Connection& connection, const TenantId& tenant, const std::string& record);
/// How far the sequences of a schema are, as JSON that restore_positions() takes as well.
std::string read_positions(pg::Connection& connection, const std::string& name);
/// Of the schema `name`, whose sequences are there.
void restore_positions(pg::Connection& connection, const std::string& name, const std::string& record);

/// From here on nobody migrates it, and no session finds it under its name.
void begin_dropping(pg::Connection& connection, TenantSchema& schema);
/// Drops what is left of it, and its record.
void finish_dropping(pg::Connection& connection, const TenantSchema& schema);
/// Says in the database whose it is.
void mark_schema(pg::Connection& connection, const std::string& name, const TenantId& tenant);

}  // namespace tenure::schemas
