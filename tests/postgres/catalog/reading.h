#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catalog/reader.h"
#include "tests/support/database.h"

namespace tenure::test {

inline catalog::Catalog read_from(const TestDatabase& database) {
  auto connection = database.connect();
  return catalog::read_catalog(connection);
}

/// Runs the script and reads what it made.
inline catalog::Catalog read_after(const TestDatabase& database, std::string_view script) {
  database.run(script);
  return read_from(database);
}

/// A table of the schema public. @throws std::out_of_range when there is none.
inline const catalog::Table& table_in(const catalog::Catalog& catalog, const std::string& name) {
  const auto* table = catalog.find({"public", name});
  if (table == nullptr) throw std::out_of_range("no table " + name);
  return *table;
}

/// Of a column, key, index or trigger. @throws std::out_of_range when there is none.
template <class Part>
const Part& named(const std::vector<Part>& parts, std::string_view name) {
  const auto found = std::ranges::find(parts, name, &Part::name);
  if (found == parts.end()) throw std::out_of_range("no " + std::string(name));
  return *found;
}

}  // namespace tenure::test
