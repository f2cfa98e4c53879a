#include "store/schemas/schema_preview.h"

#include "base/digest.h"
#include "pg/transaction.h"
#include "schemas/registry.h"
#include "schemas/schema_record.h"
#include "schemas/structure/fingerprint.h"
#include "schemas/structure/schema_tables.h"
#include "store/postgres/transaction_settings.h"

namespace tenure::store {
namespace {

using pg::operator""_sql;
using schemas::SchemaTable;

void count(pg::Connection& connection, const std::string& schema, const std::vector<SchemaTable>& tables,
           Counts& counts) {
  const auto rows = schemas::count_rows(connection, schema, tables);
  for (std::size_t at = 0; at < tables.size(); ++at) counts[tables[at].name] += rows[at];
}

void count_in_snapshot(pg::Connection& connection, const std::string& snapshot, const std::string& schema,
                       const std::vector<SchemaTable>& tables, Counts& counts, const Call& call) {
  const pg::Transaction transaction(connection, pg::Snapshot::fixed);
  pg::SqlBuilder share;
  share << "SET TRANSACTION SNAPSHOT ";
  share.constant(snapshot);
  connection.exec(share.build());
  limit_transaction(connection, call);
  count(connection, schema, tables, counts);
}

}  // namespace

Counts no_rows(pg::Connection& connection) {
  Counts counts;
  const auto reference = schemas::find_schema(connection, schemas::SchemaKind::reference);
  if (!reference) return counts;
  for (const auto& table : schemas::schema_tables(connection, reference->name)) counts[table.name] = 0;
  return counts;
}

SchemaContents read_contents(pg::Pool& pool, const TenantId& tenant, const Call& call) {
  auto connection = pool.take(call);
  const pg::Transaction transaction(*connection, pg::Snapshot::fixed);
  SchemaContents contents;
  if (!schemas::has_registry(*connection)) return contents;
  limit_transaction(*connection, call);
  const auto schema = schemas::find_tenant_schema(*connection, tenant);
  if (!schema) {
    contents.rows = no_rows(*connection);
    return contents;
  }
  const auto home = schema->home();
  contents.digest = Digest().add(home).add(schemas::fingerprints_of(*connection, {home})[home]).hex();
  const auto groups =
      schemas::in_groups(schemas::schema_tables(*connection, home), schemas::lock_allowance(*connection));
  if (groups.size() <= 1) {
    for (const auto& tables : groups) count(*connection, home, tables, contents.rows);
    return contents;
  }
  const auto snapshot = connection->exec("SELECT pg_export_snapshot()"_sql).text(0, 0);
  auto other = pool.take(call);
  for (const auto& tables : groups) count_in_snapshot(*other, snapshot, home, tables, contents.rows, call);
  return contents;
}

}  // namespace tenure::store
