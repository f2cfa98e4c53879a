#pragma once

#include <functional>
#include <string>

#include "server/router.h"

namespace tenure::server {

/// All metrics as text in Prometheus's format; within the call, leaving out what cannot be read in time. Thread-safe.
using MetricsText = std::function<std::string(const Call& call)>;

/// GET /metrics (spec E1), for operators and for who has the scraper's token. It says what a business does how often,
/// so it is not public as health is.
void add_metrics_routes(Router& router, MetricsText text);

}  // namespace tenure::server
