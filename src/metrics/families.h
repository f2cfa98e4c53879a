#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace tenure::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;
using Samples = std::vector<std::pair<Labels, double>>;

/// Metrics whose values are read when somebody asks, rather than kept.
prometheus::MetricFamily gauge_family(std::string name, std::string help, const Samples& samples);
prometheus::MetricFamily counter_family(std::string name, std::string help, const Samples& samples);

}  // namespace tenure::metrics
