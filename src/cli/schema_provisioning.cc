#include "cli/schema_provisioning.h"

#include "base/error.h"
#include "schemas/databases/database_provisioner.h"
#include "schemas/provision/provisioner.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kTakeBack{10000};

std::unique_ptr<schemas::SpaceProvisioner> make_provisioner(pg::ConnectionSettings database,
                                                            const estate::Isolation& isolation) {
  if (isolation.model == estate::IsolationModel::database) {
    return std::make_unique<schemas::DatabaseProvisioner>(std::move(database), isolation);
  }
  return std::make_unique<schemas::Provisioner>(std::move(database), isolation);
}

}  // namespace

TenantId super_tenant_id() { return TenantId::parse("00000000-0000-4000-8000-000000000001"); }

SchemaProvisioning::SchemaProvisioning(const EstateDatabases& databases) {
  for (const auto& service : databases.estate().services) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    if (database == nullptr || !database->isolation.has_spaces()) continue;
    has_pools_ = has_pools_ || database->isolation.ready > 0;
    provisioners_.emplace(service.name, make_provisioner(databases.of(service, *database), database->isolation));
  }
}

void SchemaProvisioning::provision_all(const schemas::NewSchema& wanted, const Call& call) {
  std::vector<std::string> made;
  for (auto& [service, provisioner] : provisioners_) {
    try {
      if (provisioner->provision(wanted, call).is_new) made.push_back(service);
    } catch (Error& error) {
      for (const auto& done : made) {
        try {
          provisioners_.at(done)->take_back(wanted.tenant, Call::within(kTakeBack));
        } catch (const Error&) {
          continue;  // `tenure schema diff` finds it
        }
      }
      throw std::move(error).in("service " + service);
    }
  }
}

void SchemaProvisioning::provision(const tenancy::Tenant& tenant, const Call& call) {
  provision_all({.tenant = tenant.id,
                 .tenant_name = tenant.name,
                 .typed = tenant.slug,
                 .is_super = tenant.id == super_tenant_id()},
                call);
}

void SchemaProvisioning::take_back(const TenantId& tenant) {
  for (auto& [service, provisioner] : provisioners_) {
    try {
      provisioner->take_back(tenant, Call::within(kTakeBack));
    } catch (const Error&) {
      continue;  // `tenure schema diff` finds it
    }
  }
}

std::map<std::string, schemas::Place> SchemaProvisioning::places_of(const TenantId& tenant, const Call& call) {
  std::map<std::string, schemas::Place> places;
  for (auto& [service, provisioner] : provisioners_) {
    if (auto place = provisioner->place_of(tenant, call)) places.emplace(service, *std::move(place));
  }
  return places;
}

std::map<std::string, int> SchemaProvisioning::fill_pools(const Call& call) {
  std::map<std::string, int> made;
  for (auto& [service, provisioner] : provisioners_) made[service] = provisioner->fill_pool(call);
  return made;
}

bool SchemaProvisioning::has_pools() const { return has_pools_; }

}  // namespace tenure::cli
