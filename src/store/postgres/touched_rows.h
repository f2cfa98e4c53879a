#pragma once

#include <cstdint>
#include <map>

#include "catalog/catalog.h"
#include "pg/connection.h"

namespace tenure::store {

/// What happened to a table's rows in a session.
struct Touched {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  bool operator==(const Touched&) const = default;
};

using TouchedRows = std::map<catalog::TableName, Touched>;

/// As the server counts it for this session, cascades and triggers included; only what lies between two readings in one
/// transaction means something (decision 6).
TouchedRows read_touched_rows(pg::Connection& connection);

/// What has happened since; tables in which nothing has are left out.
TouchedRows touched_since(const TouchedRows& before, TouchedRows now);

}  // namespace tenure::store
