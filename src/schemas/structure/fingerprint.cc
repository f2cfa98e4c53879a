#include "schemas/structure/fingerprint.h"

#include <algorithm>

#include "schemas/sql.h"

namespace tenure::schemas {
std::map<std::string, std::string> fingerprints_of(pg::Connection& connection,
                                                   const std::vector<std::string>& schemas) {
  // The sums of two hashes with different seeds: no order is needed, and two lines do not cancel each other out.
  pg::SqlBuilder query;
  query << "SELECT nspname, sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 1))::text || "
           "'.' || "
           "sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 2))::text FROM ("
        << sql::kListObjects << ") AS objects GROUP BY nspname";
  const auto rows = connection.exec(query.build(), pg::Params(schemas));
  std::map<std::string, std::string> fingerprints;
  for (int row = 0; row < rows.rows(); ++row) fingerprints[rows.text(row, 0)] = rows.text(row, 1);
  return fingerprints;
}

std::vector<SchemaObject> objects_of(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.exec(sql::kListObjects, pg::Params(std::vector<std::string>{schema}));
  std::vector<SchemaObject> objects;
  for (int row = 0; row < rows.rows(); ++row) {
    objects.push_back({rows.text(row, 1), rows.text(row, 2), rows.optional_text(row, 3).value_or("")});
  }
  std::sort(objects.begin(), objects.end());
  return objects;
}

}  // namespace tenure::schemas
