#pragma once

#include <span>

#include "server/dashboard_bundle.h"
#include "server/router.h"

namespace tenure::server {

/// The dashboard: its page at / and at each of the addresses that it has inside, its files under /assets/. The page is
/// asked for anew each time, its files are kept for ever; nothing in it may load or run what does not come from this
/// server. Without a bundle, / says how to get one. What `files` refers to outlives the router.
void add_dashboard_routes(Router& router, std::span<const DashboardFile> files);

}  // namespace tenure::server
