#include "store/schemas/schema_preview.h"

#include "base/digest.h"
#include "pg/transaction.h"
#include "schemas/registry.h"
#include "schemas/schema_record.h"
#include "store/postgres/transaction_settings.h"
#include "store/spaces/space_counts.h"

namespace tenure::store {

Counts no_rows(pg::Connection& connection) {
  const auto reference = schemas::find_schema(connection, schemas::SchemaKind::reference);
  return reference ? zeros_of(connection, reference->name) : Counts();
}

SpaceContents read_contents(pg::Pool& pool, const TenantId& tenant, const Call& call) {
  auto connection = pool.take(call);
  const pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  if (!schemas::has_registry(*connection)) return {};
  limit_transaction(*connection, call);
  const auto schema = schemas::find_tenant_schema(*connection, tenant);
  if (!schema) return {.rows = no_rows(*connection), .digest = {}};
  auto contents = count_schema(*connection, pool, schema->home(), call);
  contents.digest = Digest().add(schema->home()).add(contents.digest).hex();
  return contents;
}

}  // namespace tenure::store
