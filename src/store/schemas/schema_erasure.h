#pragma once

#include <optional>
#include <string>

#include "schemas/schema_record.h"
#include "schemas/structure/schema_tables.h"
#include "store/postgres/progress.h"
#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// Archives a tenant's schema and drops it: in one transaction where its locks fit into the server's lock table, else
/// table by table in groups that do. The first transaction then archives the structure and renames the schema, so that
/// no session finds it any more; each of the others takes the rows of a group and drops it; whatever is interrupted
/// goes on by the same call.
class SchemaErasure {
 public:
  SchemaErasure(pg::Connection& connection, const SpaceOrder& order) : connection_(connection), order_(order) {}

  /// @throws as TenantDataStore::erase; Error(refused) when what others have depends on the schema.
  Erasure run(const Call& call);

 private:
  /// One transaction. Nothing when more has to follow.
  std::optional<Erasure> step(const Call& call);
  /// True when the schema is gone.
  bool take_out(Progress& progress);
  void archive_record(const schemas::TenantSchema& schema);
  void take_rows(const std::string& home, const std::vector<schemas::SchemaTable>& tables, Progress& progress);

  pg::Connection& connection_;
  const SpaceOrder& order_;
};

}  // namespace tenure::store
