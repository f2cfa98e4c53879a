#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/call.h"
#include "pg/pool.h"

namespace tenure::metrics {

/// Gauges of the deletion jobs of all processes, from the control database. @throws Error when it cannot be read.
std::vector<prometheus::MetricFamily> job_families(pg::Pool& control, const Call& call);

}  // namespace tenure::metrics
