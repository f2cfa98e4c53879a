#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

#include "erasure/erasure_observer.h"

namespace tenure::metrics {

/// How deletions went that this process worked on. Thread-safe.
class DeletionMetrics {
 public:
  /// `registry` outlives it.
  explicit DeletionMetrics(prometheus::Registry& registry);

  /// Counters of a service, or of another step, at 0.
  void expect_service(const std::string& service);
  void on_call_ended(const erasure::CallEnd& call);
  void on_job_ended(const jobs::Job& job);

 private:
  prometheus::Histogram& duration(const std::string& subject, const std::string& outcome);

  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Family<prometheus::Counter>& items_;
  prometheus::Family<prometheus::Counter>& errors_;
};

}  // namespace tenure::metrics
