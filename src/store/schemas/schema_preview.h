#pragma once

#include "base/ids.h"
#include "pg/pool.h"
#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// What a tenant without a schema has: nothing in each table of the reference.
Counts no_rows(pg::Connection& connection);

/// What a tenant has in its schema, at one instant.
SpaceContents read_contents(pg::Pool& pool, const TenantId& tenant, const Call& call);

}  // namespace tenure::store
