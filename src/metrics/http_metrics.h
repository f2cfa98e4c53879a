#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "metrics/metrics.h"

namespace tenure::metrics {

/// Requests by the pattern of their route. Thread-safe.
class HttpMetrics {
 public:
  /// `registry` outlives it.
  explicit HttpMetrics(prometheus::Registry& registry);

  void on_request(const HttpRequestEnd& request);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
};

}  // namespace tenure::metrics
