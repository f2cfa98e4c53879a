#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/call.h"
#include "pg/settings.h"
#include "schemas/structure/fingerprint.h"

namespace tenure::schemas {

enum class DifferenceKind {
  missing,    ///< the reference has it
  added,      ///< the reference has none
  different,  ///< both have it, not alike
};

std::string_view to_string(DifferenceKind kind);

/// One object in which a schema is not like the reference.
struct Difference {
  DifferenceKind what = DifferenceKind::missing;
  std::string kind;  ///< "column"
  std::string name;  ///< "orders.note"
  std::string here;  ///< its definition; empty where it is missing
  std::string reference;
};

/// Schemas that hold the same objects and have had the same migrations.
struct DriftGroup {
  std::vector<std::string> schemas;
  int version = 0;
  bool is_behind = false;               ///< migrations are still to come, so some differences are expected
  std::vector<Difference> differences;  ///< sorted; none: like the reference
};

/// What is not as the registry and the reference have it (spec D8).
struct DriftReport {
  std::string reference;
  int version = 0;                    ///< of the reference
  std::int64_t schemas = 0;           ///< compared with it
  std::vector<DriftGroup> groups;     ///< those like the reference first, then by size
  std::vector<std::string> removed;   ///< in the registry, and no longer there
  std::vector<std::string> created;   ///< there, and nobody told the registry
  std::vector<std::string> dropping;  ///< an erasure is in the middle of them

  /// Schemas that are behind are no drift: migrations bring them forward.
  bool has_drift() const;
};

/// Compares all schemas, as they are at one instant, by their fingerprints; only one schema of each group is then
/// looked at object by object. Many schemas take several sessions, at most four. @param shared schemas that all tenants
/// share.
/// @param only one schema, or empty for all. @throws Error(not_found) for a schema that the registry does not know,
/// Error(refused) when there is no reference, what pg::Connection throws.
DriftReport find_drift(const pg::ConnectionSettings& database, const std::vector<std::string>& shared,
                       const std::string& only, const Call& call = {});

/// In what `here` is not like `reference`. Both sorted.
std::vector<Difference> compare(const std::vector<SchemaObject>& here, const std::vector<SchemaObject>& reference);

}  // namespace tenure::schemas
