#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/pool.h"
#include "schemas/databases/tenant_databases.h"
#include "schemas/structure/schema_tables.h"
#include "store/postgres/progress.h"
#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// Archives a tenant's database and drops it, in steps that each look at what is there and can be repeated:
///
///     live          the record says `dropping`, and nobody connects to the database any more: one transaction
///     its name      the sessions in it are ended, and it gets a name that nobody knows
///     not archived  structure and rows go into the archive; the mark of the archive, the counts and a note at the
///                   database are one transaction
///     archived      DROP DATABASE
///     gone          the record goes and the receipt comes: one transaction
///
/// The name under which it is dropped is of this record alone, so that whoever comes late can drop nothing else.
class DatabaseErasure {
 public:
  DatabaseErasure(pg::Pool& service, const std::string& reference, const SpaceOrder& order)
      : service_(service), reference_(reference), order_(order) {}

  /// @throws as TenantDataStore::erase.
  Erasure run(const Call& call);

 private:
  /// Nothing when more has to follow.
  std::optional<Erasure> step(pg::Connection& connection, const Call& call);
  bool is_archived(const schemas::TenantDatabase& database, const Progress& progress) const;
  std::optional<Erasure> archive(pg::Connection& connection, const schemas::TenantDatabase& database, Progress progress,
                                 const Call& call);
  /// Archives it; the tables, in groups whose locks fit.
  std::vector<std::vector<schemas::SchemaTable>> read_structure(pg::Connection& inside, const Call& call);

  pg::Pool& service_;
  const std::string& reference_;
  const SpaceOrder& order_;
};

}  // namespace tenure::store
