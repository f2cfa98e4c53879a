#include "metrics/migration_families.h"

#include <chrono>
#include <limits>
#include <string>

#include "metrics/families.h"
#include "schemas/lag.h"
#include "schemas/statistics.h"

namespace tenure::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

const std::vector<double> kBounds{0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 3600};
constexpr const char* kOutcomes[] = {"completed", "failed", "rolled_back", "abandoned"};
constexpr std::string_view kWithoutDuration = "abandoned";

double seconds_of(Milliseconds duration) { return std::chrono::duration<double>(duration).count(); }

ClientMetric histogram_of(const std::string& service, const std::string& outcome, const schemas::EndedRuns& runs) {
  ClientMetric metric;
  metric.label = {{"service", service}, {"outcome", outcome}};
  metric.histogram.sample_count = static_cast<std::uint64_t>(runs.count);
  metric.histogram.sample_sum = seconds_of(runs.duration);
  for (std::size_t at = 0; at < kBounds.size(); ++at) {
    const auto count = runs.within.empty() ? 0 : runs.within.at(at);
    metric.histogram.bucket.push_back({static_cast<std::uint64_t>(count), kBounds[at]});
  }
  metric.histogram.bucket.push_back({metric.histogram.sample_count, std::numeric_limits<double>::infinity()});
  return metric;
}

/// Every version that tenants have, and the one they should have.
Samples schemas_by_version(const MigratedService& service, schemas::Statistics& statistics) {
  Samples samples;
  if (service.needed.tenant == 0) return samples;
  statistics.tenant_schemas.try_emplace(service.needed.tenant, 0);
  for (const auto& [version, count] : statistics.tenant_schemas) {
    samples.push_back({{{"service", service.name}, {"version", std::to_string(version)}}, static_cast<double>(count)});
  }
  return samples;
}

}  // namespace

std::vector<MetricFamily> migration_families(const MigratedService& service, const Call& call) {
  auto session = service.database->take(call);
  auto statistics = schemas::read_statistics(*session, kBounds);
  const auto behind = schemas::count_behind(*session, service.needed);
  MetricFamily durations;
  durations.name = "migration_duration_seconds";
  durations.help = "From the begin of a migration to its end, in seconds; those that were killed have none.";
  durations.type = prometheus::MetricType::Histogram;
  Samples runs;
  for (const auto* outcome : kOutcomes) {
    const auto& ended = statistics.runs[outcome];
    runs.push_back({{{"service", service.name}, {"outcome", outcome}}, static_cast<double>(ended.count)});
    if (outcome != kWithoutDuration) durations.metric.push_back(histogram_of(service.name, outcome, ended));
  }
  return {counter_family("migration_runs_total", "Migrations that are over.", runs), std::move(durations),
          gauge_family("migration_running_seconds", "For how long the migration that goes on has; 0 when none does.",
                       {{{{"service", service.name}}, seconds_of(statistics.running)}}),
          gauge_family("migration_schemas_behind", "Schemas that lack migrations of the running version.",
                       {{{{"service", service.name}}, static_cast<double>(behind)}}),
          gauge_family("tenant_schemas", "Tenants' schemas by the number of their last migration.",
                       schemas_by_version(service, statistics))};
}

}  // namespace tenure::metrics
