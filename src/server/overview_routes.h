#pragma once

#include "pg/pool.h"
#include "server/router.h"

namespace tenure::server {

/// What the dashboard shows of all jobs at once, for operators (spec E3). `control` outlives the router:
///
///     GET /api/v1/auth/deletion-overview?days         counts, rates, averages and failures; days 1 to 90, 7 by default
///     GET /api/v1/auth/deletion-history?limit&cursor  every change of every job, the newest first
void add_overview_routes(Router& router, pg::Pool& control);

}  // namespace tenure::server
