#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "pg/connection.h"

namespace tenure::schemas {

/// A schema of the registry, as an operator looks at it (spec D14).
struct ListedSchema {
  std::string name;
  std::string kind;   ///< as the registry has it: shared, reference, super, tenant or ready
  std::string state;  ///< making, live or dropping
  std::optional<TenantId> tenant;
  std::optional<std::string> tenant_name;
  int version = 0;  ///< of the last migration applied
  std::optional<WallTime> migrated_at;
  bool is_there = true;  ///< false: in the registry, and not in the database
  std::int64_t tables = 0;
  std::int64_t bytes = 0;  ///< tables with their indexes and TOAST
};

struct SchemaPage {
  std::vector<ListedSchema> schemas;  ///< by name
  std::string next;                   ///< name to go on behind; empty on the last page
};

/// One page; nothing where there is no registry yet. @throws Error(invalid_argument) for a limit not between 1 and 500.
SchemaPage list_schemas(pg::Connection& connection, int limit, const std::optional<std::string>& after);

/// The tenant's, whatever its state.
std::optional<ListedSchema> find_listed_schema(pg::Connection& connection, const TenantId& tenant);

}  // namespace tenure::schemas
