#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "base/ids.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// Whom a schema or a database is made for.
struct NewSchema {
  TenantId tenant;
  std::string tenant_name;  ///< for people
  std::string typed;        ///< what its name is made of, by schema_name_for()
  bool is_super = false;    ///< the super tenant's, which has its own name (spec D2)
};

/// A tenant's schema or database, as provision() leaves it.
struct Provisioned {
  SchemaRecord schema;
  bool is_new = false;
  bool was_ready = false;  ///< taken from the pool
};

/// Where a tenant's own tables are, on the service's server.
struct Place {
  std::string database;
  std::string schema;
};

/// Makes what tenants have of their own in one service: a schema each, or a database each (spec D1). Thread-safe; works
/// beside migrations and other processes.
class SpaceProvisioner {
 public:
  virtual ~SpaceProvisioner() = default;

  /// The tenant's, made like the reference unless it is there. @throws Error(invalid_argument) "name: …" as
  /// schema_name_for(); Error(refused) when there is no reference that one can be made like; Error(conflict) when one
  /// of this name is there that the registry does not know, or the super tenant is another one.
  virtual Provisioned provision(const NewSchema& wanted, const Call& call) = 0;

  /// Nothing for a tenant that has no place, or whose place is being made or erased.
  virtual std::optional<Place> place_of(const TenantId& tenant, const Call& call) = 0;

  /// Makes some beforehand, as the estate says. Returns how many. @throws as provision().
  virtual int fill_pool(const Call& call) = 0;

  /// Takes back what was made for this tenant a moment ago, and its record, for whoever could not finish making the
  /// tenant. Nothing when there is none, or it holds other rows than a new one: somebody uses it.
  virtual void take_back(const TenantId& tenant, const Call& call) = 0;
};

}  // namespace tenure::schemas
