#pragma once

#include <string>

#include "base/ids.h"
#include "pg/pool.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// What a tenant's schema holds.
struct SchemaContents {
  Counts rows;         ///< by table, zeros included
  std::string digest;  ///< of the schema's name and structure; empty when the tenant has none
};

/// What a tenant without a schema has: nothing in each table of the reference.
Counts no_rows(pg::Connection& connection);

/// Counts at one instant, however many tables there are: where their locks do not fit into the server's lock table,
/// several transactions share one snapshot.
SchemaContents read_contents(pg::Pool& pool, const TenantId& tenant, const Call& call);

}  // namespace tenure::store
