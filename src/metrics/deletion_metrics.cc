#include "metrics/deletion_metrics.h"

#include <array>
#include <chrono>

namespace tenure::metrics {
namespace {

using erasure::CallFailure;
using jobs::JobState;

const prometheus::Histogram::BucketBoundaries kBuckets{0.1, 0.25, 0.5, 1,   2.5, 5,    10,  30,
                                                       60,  120,  300, 600, 900, 1800, 3600};
constexpr std::array kFailures{CallFailure::timeout, CallFailure::unreachable, CallFailure::busy,
                               CallFailure::permanent, CallFailure::rows_left};
constexpr std::array kOutcomes{"completed", "failed", "rolled_back", "compensation_failed", "taken_back", "cancelled"};

/// As its status, but for one: that somebody asked for a deletion to be taken back is no failure.
std::string outcome_of(const jobs::Job& job) {
  if (job.state == JobState::rolled_back && job.error_log.empty()) return "taken_back";
  return std::string(jobs::to_string(job.state));
}

}  // namespace

DeletionMetrics::DeletionMetrics(prometheus::Registry& registry)
    : durations_(prometheus::BuildHistogram()
                     .Name("deletion_duration_seconds")
                     .Help("From the first start of a deletion to its end, in seconds.")
                     .Register(registry)),
      items_(prometheus::BuildCounter()
                 .Name("deletion_items_deleted_total")
                 .Help("Rows and files deleted; those that came back later are among them.")
                 .Register(registry)),
      errors_(prometheus::BuildCounter()
                  .Name("deletion_errors_total")
                  .Help("Calls to services that did not work out, those that were made again among them.")
                  .Register(registry)) {
  for (const auto* subject : {"tenant", "user"}) {
    for (const auto* outcome : kOutcomes) duration(subject, outcome);
  }
}

prometheus::Histogram& DeletionMetrics::duration(const std::string& subject, const std::string& outcome) {
  return durations_.Add({{"subject", subject}, {"outcome", outcome}}, kBuckets);
}

void DeletionMetrics::expect_service(const std::string& service) {
  items_.Add({{"service", service}});
  for (const auto failure : kFailures) {
    errors_.Add({{"service", service}, {"kind", std::string(erasure::to_string(failure))}});
  }
}

void DeletionMetrics::on_call_ended(const erasure::CallEnd& call) {
  if (call.operation == erasure::Operation::erase) {
    items_.Add({{"service", call.service}}).Increment(static_cast<double>(call.items));
  }
  if (!call.failure) return;
  errors_.Add({{"service", call.service}, {"kind", std::string(erasure::to_string(*call.failure))}}).Increment();
}

void DeletionMetrics::on_job_ended(const jobs::Job& job) {
  if (!job.started_at || !job.completed_at) return;
  const auto* subject = kind_of(job.subject) == SubjectKind::tenant ? "tenant" : "user";
  duration(subject, outcome_of(job))
      .Observe(std::chrono::duration<double>(*job.completed_at - *job.started_at).count());
}

}  // namespace tenure::metrics
