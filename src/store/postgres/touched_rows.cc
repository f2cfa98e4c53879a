#include "store/postgres/touched_rows.h"

#include "store/sql.h"

namespace tenure::store {

TouchedRows read_touched_rows(pg::Connection& connection) {
  const auto rows = connection.exec(sql::kCountTouchedRows);
  TouchedRows touched;
  for (int row = 0; row < rows.rows(); ++row) {
    touched[{rows.text(row, 0), rows.text(row, 1)}] = {rows.int64(row, 2), rows.int64(row, 3), rows.int64(row, 4)};
  }
  return touched;
}

TouchedRows touched_since(const TouchedRows& before, TouchedRows now) {
  for (const auto& [table, earlier] : before) {
    auto& touched = now[table];
    touched.inserted -= earlier.inserted;
    touched.updated -= earlier.updated;
    touched.deleted -= earlier.deleted;
  }
  std::erase_if(now, [](const auto& entry) { return entry.second == Touched{}; });
  return now;
}

}  // namespace tenure::store
