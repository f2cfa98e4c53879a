#include "metrics/http_metrics.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace tenure::metrics {
namespace {

const prometheus::Histogram::BucketBoundaries kBuckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

/// A caller may send any word.
std::string bounded(std::string_view method) {
  return std::string(std::ranges::find(kMethods, method) == kMethods.end() ? "other" : method);
}

/// Of the many paths that lead nowhere, all are one.
std::string route_of(std::string_view route) { return std::string(route == "-" ? "none" : route); }

}  // namespace

HttpMetrics::HttpMetrics(prometheus::Registry& registry)
    : requests_(prometheus::BuildCounter()
                    .Name("http_requests_total")
                    .Help("Requests answered, by the pattern of their route; none: they had no route.")
                    .Register(registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("http_request_duration_seconds")
                     .Help("From a request's arrival to its answer, in seconds.")
                     .Register(registry)) {}

void HttpMetrics::on_request(const HttpRequestEnd& request) {
  const prometheus::Labels labels{{"method", bounded(request.method)}, {"route", route_of(request.route)}};
  auto counted = labels;
  counted["code"] = std::to_string(request.status);
  requests_.Add(counted).Increment();
  // A WebSocket lasts for as long as somebody watches.
  if (request.status == 101) return;
  durations_.Add(labels, kBuckets).Observe(std::chrono::duration<double>(request.duration).count());
}

}  // namespace tenure::metrics
