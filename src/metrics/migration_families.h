#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "base/call.h"
#include "metrics/metrics.h"

namespace tenure::metrics {

/// What the registry in a service's database says (spec D13). `tenure migrate` is over before anybody could ask it;
/// what it did stays there. @throws Error when it cannot be read.
std::vector<prometheus::MetricFamily> migration_families(const MigratedService& service, const Call& call);

}  // namespace tenure::metrics
