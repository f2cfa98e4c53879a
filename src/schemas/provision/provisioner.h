#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "estate/estate.h"
#include "pg/pool.h"
#include "schemas/provision/space_provisioner.h"

namespace tenure::schemas {

/// Puts rows into a schema that is being made like the reference: its tables are there, and none of their foreign keys,
/// indexes and triggers yet.
using Filling =
    std::function<void(pg::Connection& connection, const std::string& schema, const std::string& reference)>;

/// Makes the schemas of tenants like the reference, in the database of one service. Each is one transaction: one script
/// made of the reference as it is, its migrations recorded as applied, and its row in the registry. Thread-safe, four
/// calls at a time; works beside migrations and other processes.
class Provisioner final : public SpaceProvisioner {
 public:
  Provisioner(pg::ConnectionSettings database, estate::Isolation isolation)
      : sessions_(std::move(database), kSessions), isolation_(std::move(isolation)) {}

  /// The tenant's schema, made unless it is there. One from the pool is renamed, which costs next to nothing. When the
  /// name is another tenant's, the new one's is told apart by a digest of its id. @throws Error(invalid_argument)
  /// "name: …" as schema_name_for(); Error(refused) when the reference is not migrated, or holds what cannot be made
  /// again; Error(conflict) when a schema of this name is there that the registry does not know, or the super tenant is
  /// another one.
  Provisioned provision(const NewSchema& wanted, const Call& call) override;

  /// The tenant's schema made anew in the transaction that is open, with the rows of `fill` alone; in place of one that
  /// is as new: `closed`, which nobody can write to any more since before the transaction's instant. What the rows
  /// break of the schema's rules shows as what PostgreSQL says of them. @throws as provision(); Error(conflict) when
  /// the tenant has a schema with other rows than a new one.
  SchemaRecord provision_filled(pg::Connection& connection, const NewSchema& wanted, const std::string& closed,
                                const Filling& fill) const;

  std::optional<Place> place_of(const TenantId& tenant, const Call& call) override;

  /// Makes schemas beforehand until `isolation.ready` of them are up to date; those that are not are left to the next
  /// migration. Returns how many it made: none where functions name their own schema, which a rename would leave
  /// behind.
  /// @throws as provision().
  int fill_pool(const Call& call) override;

  /// Takes a schema back that was made for this tenant a moment ago, and its record, for whoever could not finish
  /// making the tenant. Nothing when there is none, or it holds other rows than a new one: somebody uses it.
  void take_back(const TenantId& tenant, const Call& call) override;

 private:
  std::string name_for(pg::Connection& connection, const NewSchema& wanted) const;

  static constexpr std::size_t kSessions = 4;

  pg::Pool sessions_;  ///< kept, since opening one costs more than taking a schema from the pool
  const estate::Isolation isolation_;
};

}  // namespace tenure::schemas
