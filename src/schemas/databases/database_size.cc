#include "schemas/databases/database_size.h"

#include "pg/connection.h"
#include "schemas/sql.h"

namespace tenure::schemas {

std::optional<DatabaseSize> measure(const pg::ConnectionSettings& service, const TenantDatabase& database,
                                    const Call& call) {
  if (database.state != DatabaseState::live || !database.is_there) return std::nullopt;
  auto connection = pg::Connection::open(in_database(service, database.name), call);
  connection.bind(call);
  const auto row = connection.exec(sql::kMeasureDatabase, pg::Params(kHomeSchema));
  return DatabaseSize{.tables = row.int64(0, 0), .bytes = row.int64(0, 1)};
}

}  // namespace tenure::schemas
