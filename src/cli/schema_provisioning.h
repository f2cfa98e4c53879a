#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/estate_databases.h"
#include "schemas/provision/space_provisioner.h"
#include "tenancy/provisioning.h"

namespace tenure::cli {

/// The one tenant that is there before all others (spec D2), the same in every estate.
TenantId super_tenant_id();

/// Gives each new tenant its schema or its database in every service of the estate whose tenants have one.
class SchemaProvisioning final : public tenancy::Provisioning {
 public:
  explicit SchemaProvisioning(const EstateDatabases& databases);

  void provision(const tenancy::Tenant& tenant, const Call& call) override;
  void take_back(const TenantId& tenant) override;

  /// Where the tenant's own tables are. Service → place; those without one are not in it.
  std::map<std::string, schemas::Place> places_of(const TenantId& tenant, const Call& call);

  /// Makes schemas beforehand, as each service's `ready` says. Service → how many.
  std::map<std::string, int> fill_pools(const Call& call);
  bool has_pools() const;

 private:
  void provision_all(const schemas::NewSchema& wanted, const Call& call);

  std::map<std::string, std::unique_ptr<schemas::SpaceProvisioner>> provisioners_;  ///< by service
  bool has_pools_ = false;
};

}  // namespace tenure::cli
