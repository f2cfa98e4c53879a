#include "schemas/structure/fingerprint.h"

#include <algorithm>

#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

// Compiling the query's many expressions takes seconds, running them none.
void turn_off_jit(pg::Connection& connection) {
  if (connection.is_in_transaction()) connection.exec("SET LOCAL jit = off"_sql);
}

}  // namespace

Fingerprints fingerprints_of(pg::Connection& connection, const std::vector<std::string>& schemas) {
  turn_off_jit(connection);
  // The sums of two hashes with different seeds: no order is needed, and two lines do not cancel each other out.
  pg::SqlBuilder query;
  query << "SELECT nspname, sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 1))::text || "
           "'.' || "
           "sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 2))::text FROM ("
        << sql::kListObjects << ") AS objects GROUP BY nspname";
  const auto rows = connection.exec(query.build(), pg::Params(schemas));
  Fingerprints fingerprints;
  for (int row = 0; row < rows.rows(); ++row) fingerprints[rows.text(row, 0)] = rows.text(row, 1);
  return fingerprints;
}

std::vector<SchemaObject> objects_of(pg::Connection& connection, const std::string& schema) {
  turn_off_jit(connection);
  const auto rows = connection.exec(sql::kListObjects, pg::Params(std::vector<std::string>{schema}));
  std::vector<SchemaObject> objects;
  for (int row = 0; row < rows.rows(); ++row) {
    objects.push_back({rows.text(row, 1), rows.text(row, 2), rows.optional_text(row, 3).value_or("")});
  }
  std::sort(objects.begin(), objects.end());
  return objects;
}

}  // namespace tenure::schemas
