#include "cli/schema_provisioning.h"

#include "base/error.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kTakeBack{10000};

}  // namespace

TenantId super_tenant_id() { return TenantId::parse("00000000-0000-4000-8000-000000000001"); }

SchemaProvisioning::SchemaProvisioning(const EstateDatabases& databases) {
  for (const auto& service : databases.estate().services) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    if (database == nullptr || database->isolation.model != estate::IsolationModel::schema) continue;
    has_pools_ = has_pools_ || database->isolation.ready > 0;
    provisioners_.emplace(service.name, schemas::Provisioner(databases.of(service, *database), database->isolation));
  }
}

void SchemaProvisioning::provision_all(const schemas::NewSchema& wanted, const Call& call) {
  std::vector<std::string> made;
  for (auto& [service, provisioner] : provisioners_) {
    try {
      if (provisioner.provision(wanted, call).is_new) made.push_back(service);
    } catch (Error& error) {
      for (const auto& done : made) {
        try {
          provisioners_.at(done).take_back(wanted.tenant, Call::within(kTakeBack));
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
      provisioner.take_back(tenant, Call::within(kTakeBack));
    } catch (const Error&) {
      continue;  // `tenure schema diff` finds it
    }
  }
}

std::map<std::string, int> SchemaProvisioning::fill_pools(const Call& call) {
  std::map<std::string, int> made;
  for (auto& [service, provisioner] : provisioners_) made[service] = provisioner.fill_pool(call);
  return made;
}

bool SchemaProvisioning::has_pools() const { return has_pools_; }

}  // namespace tenure::cli
