#include "metrics/families.h"

namespace tenure::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family_of(std::string name, std::string help, MetricType type, const Samples& samples) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  for (const auto& [labels, value] : samples) {
    auto& metric = family.metric.emplace_back();
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    metric.counter.value = metric.gauge.value = value;
  }
  return family;
}

}  // namespace

MetricFamily gauge_family(std::string name, std::string help, const Samples& samples) {
  return family_of(std::move(name), std::move(help), MetricType::Gauge, samples);
}

MetricFamily counter_family(std::string name, std::string help, const Samples& samples) {
  return family_of(std::move(name), std::move(help), MetricType::Counter, samples);
}

}  // namespace tenure::metrics
