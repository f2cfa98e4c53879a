#include "store/spaces/space_counts.h"

#include "pg/transaction.h"
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

Counts zeros_of(pg::Connection& connection, const std::string& schema) {
  Counts counts;
  for (const auto& table : schemas::schema_tables(connection, schema)) counts[table.name] = 0;
  return counts;
}

SpaceContents count_schema(pg::Connection& connection, pg::Pool& pool, const std::string& schema, const Call& call) {
  SpaceContents contents{.rows = {}, .digest = schemas::fingerprints_of(connection, {schema})[schema]};
  const auto groups =
      schemas::in_groups(schemas::schema_tables(connection, schema), schemas::lock_allowance(connection));
  if (groups.size() <= 1) {
    for (const auto& tables : groups) count(connection, schema, tables, contents.rows);
    return contents;
  }
  const auto snapshot = connection.exec("SELECT pg_export_snapshot()"_sql).text(0, 0);
  auto other = pool.take(call);
  for (const auto& tables : groups) count_in_snapshot(*other, snapshot, schema, tables, contents.rows, call);
  return contents;
}

}  // namespace tenure::store
