#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/call.h"
#include "pg/pool.h"

namespace tenure::metrics {

/// A gauge of the notices about deletions and a counter of those given up, from the control database. @throws Error
/// when it cannot be read.
std::vector<prometheus::MetricFamily> notice_families(pg::Pool& control, const Call& call);

}  // namespace tenure::metrics
