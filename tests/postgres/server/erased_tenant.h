#pragma once

#include "tests/postgres/server/small_estate.h"

namespace tenure::server {

/// Takes a tenant's record and all that belongs to it away, as a completed deletion does.
void erase_record(SmallEstate& estate, const TenantId& tenant);

}  // namespace tenure::server
