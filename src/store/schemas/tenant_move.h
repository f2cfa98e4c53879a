#pragma once

#include <map>
#include <string>

#include "base/call.h"
#include "pg/pool.h"
#include "schemas/provision/provisioner.h"
#include "store/postgres/postgres_store.h"
#include "store/schemas/move_plan.h"

namespace tenure::store {

/// Whether a move takes effect.
enum class MoveEnding { committed, rolled_back };

struct MoveReport {
  std::string schema;
  std::map<std::string, std::string> tables;  ///< the shared one → "3:0123…": rows, and a digest of them
  std::int64_t rows = 0;
};

/// Moves what a tenant has in the tables that all tenants share into a schema of its own, and back (spec D1), in a
/// service with a schema a tenant. A table's rows go to its namesake; shared tables without one keep theirs. Each way
/// is one transaction of one instant, at whose end every table's rows are compared by their hashes. Thread-safe.
///
/// Whoever writes rows of the tenant meanwhile writes them where they were: nobody should. What changed under the move
/// makes it fail; what was added is found behind it, and said.
class TenantMove {
 public:
  /// `shared` is the store of the shared tables, `rules` the service's. All must outlive it.
  TenantMove(pg::Pool& service, const estate::Database& rules, PostgresStore& shared, schemas::Provisioner& provisioner)
      : service_(service), rules_(rules), shared_(shared), provisioner_(provisioner) {}

  /// The schema is made for it, in place of one that nobody has used.
  /// @throws Error(refused) with every reason why not, also what would be left behind pointing at nothing;
  /// Error(conflict) when the tenant has a schema in use, or rows changed meanwhile; as
  /// schemas::Provisioner::provision.
  MoveReport into_schema(const schemas::NewSchema& tenant, MoveEnding ending, const Call& call);

  /// The schema is dropped. Rows that came into the shared tables meanwhile stay beside those that come.
  /// @throws Error(refused) as above; Error(conflict) when the tenant has no schema, or what its migrations put into
  /// tables that do not move is no longer as it was.
  MoveReport into_rows(const TenantId& tenant, MoveEnding ending, const Call& call);

 private:
  void refuse_late_rows(const TenantId& tenant, const MoveReport& report, const Call& call);

  pg::Pool& service_;
  const estate::Database& rules_;
  PostgresStore& shared_;
  schemas::Provisioner& provisioner_;
};

}  // namespace tenure::store
