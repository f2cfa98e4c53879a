#include "schemas/lag.h"

#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {

std::int64_t count_behind(pg::Connection& connection, const NeededVersions& needed) {
  if (needed.shared == 0 && needed.tenant == 0) return 0;
  if (!has_registry(connection)) return 1;
  return connection.exec(sql::kCountBehind, pg::Params(needed.shared, needed.tenant)).int64(0, 0);
}

}  // namespace tenure::schemas
