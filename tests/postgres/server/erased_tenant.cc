#include "tests/postgres/server/erased_tenant.h"

#include <fmt/format.h>

namespace tenure::server {

void erase_record(SmallEstate& estate, const TenantId& tenant) {
  std::string script = "begin; ";
  for (const auto* table : {"invitations", "subscriptions", "tenant_settings", "tenant_domains", "tenant_members"}) {
    script += fmt::format("delete from tenancy.{} where tenant_id = '{}'; ", table, tenant.str());
  }
  estate.in_tenancy(script + fmt::format("delete from tenancy.tenants where id = '{}'; commit", tenant.str()));
}

}  // namespace tenure::server
