#pragma once

#include <cstdint>

#include "base/call.h"
#include "pg/settings.h"
#include "schemas/databases/tenant_databases.h"

namespace tenure::schemas {

struct DatabaseSize {
  std::int64_t tables = 0;  ///< in the schema where a tenant's are
  std::int64_t bytes = 0;   ///< of the whole database, what PostgreSQL keeps in each included
};

/// Looks into a tenant's database. `service`: how the service's role reaches its own. Nothing for one that is not there
/// or is on its way out, which admits nobody. @throws Error from pg.
std::optional<DatabaseSize> measure(const pg::ConnectionSettings& service, const TenantDatabase& database,
                                    const Call& call);

}  // namespace tenure::schemas
