#include "metrics/job_families.h"

#include <chrono>
#include <string>

#include "jobs/job_counts.h"
#include "metrics/families.h"

namespace tenure::metrics {

std::vector<prometheus::MetricFamily> job_families(pg::Pool& control, const Call& call) {
  const auto counts = jobs::count_jobs(control, call);
  Samples by_state;
  for (const auto& [state, jobs] : counts.by_state) {
    by_state.push_back({{{"status", std::string(jobs::to_string(state))}}, static_cast<double>(jobs)});
  }
  return {gauge_family("deletion_jobs_status", "Deletion jobs by status, those of all processes.", by_state),
          gauge_family("deletion_longest_running_seconds",
                       "For how long the deletion that has been worked on for longest has been; 0 when none is.",
                       {{{}, std::chrono::duration<double>(counts.longest_running).count()}})};
}

}  // namespace tenure::metrics
