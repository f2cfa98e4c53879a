#include "schemas/structure/fingerprint.h"

#include <algorithm>

#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

/// Names as PostgreSQL writes an array of text.
std::string array_of_names(const std::vector<std::string>& names) {
  std::string array = "{";
  for (const auto& name : names) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

}  // namespace

std::map<std::string, std::string> fingerprints_of(pg::Connection& connection,
                                                   const std::vector<std::string>& schemas) {
  // The sums of two hashes with different seeds: no order is needed, and two lines do not cancel each other out.
  pg::SqlBuilder query;
  query << "SELECT nspname, sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 1))::text || "
           "'.' || "
           "sum(hashtextextended(kind || ' ' || name || ' ' || coalesce(definition, ''), 2))::text FROM ("
        << sql::kListObjects << ") AS objects GROUP BY nspname";
  const auto rows = connection.exec(query.build(), pg::Params(array_of_names(schemas)));
  std::map<std::string, std::string> fingerprints;
  for (int row = 0; row < rows.rows(); ++row) fingerprints[rows.text(row, 0)] = rows.text(row, 1);
  return fingerprints;
}

std::vector<SchemaObject> objects_of(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.exec(sql::kListObjects, pg::Params(array_of_names({schema})));
  std::vector<SchemaObject> objects;
  for (int row = 0; row < rows.rows(); ++row) {
    objects.push_back({rows.text(row, 1), rows.text(row, 2), rows.optional_text(row, 3).value_or("")});
  }
  std::sort(objects.begin(), objects.end());
  return objects;
}

}  // namespace tenure::schemas
