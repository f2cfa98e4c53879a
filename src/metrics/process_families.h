#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace tenure::metrics {

/// What every Prometheus client says of its process, under the usual names; from /proc. What cannot be read there is
/// left out: a process that has changed its user may not count its own files.
std::vector<prometheus::MetricFamily> process_families();

}  // namespace tenure::metrics
