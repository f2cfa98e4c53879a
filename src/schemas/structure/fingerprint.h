#pragma once

#include <map>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace tenure::schemas {

/// One thing that a schema holds, written so that it reads alike in every schema of the same structure.
struct SchemaObject {
  std::string kind;  ///< "table", "column", "index", …
  std::string name;  ///< "orders.note"
  std::string definition;
  auto operator<=>(const SchemaObject&) const = default;
};

using Fingerprints = std::map<std::string, std::string>;

/// A structural fingerprint a schema: equal for schemas that hold the same objects. One scan of the catalog, however
/// many schemas; one that is not there has none. Owners, privileges, comments and rows do not count. Turns off JIT for
/// the transaction that is open, whose queries it does not pay for.
Fingerprints fingerprints_of(pg::Connection& connection, const std::vector<std::string>& schemas);

/// What one schema holds, sorted. JIT as above.
std::vector<SchemaObject> objects_of(pg::Connection& connection, const std::string& schema);

}  // namespace tenure::schemas
