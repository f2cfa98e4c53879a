#include "jobs/job_counts.h"

#include "jobs/sql.h"

namespace tenure::jobs {

JobCounts count_jobs(pg::Pool& control, const Call& call) {
  JobCounts counts;
  for (const auto state : all_job_states()) counts.by_state[state] = 0;
  auto session = control.take(call);
  const auto rows = session->exec(sql::kCountByStatus);
  for (int row = 0; row < rows.rows(); ++row) {
    counts.by_state[parse_job_state(rows.text(row, 0))] = rows.int64(row, 1);
  }
  counts.longest_running = Milliseconds(session->exec(sql::kFindLongestRunning).int64(0, 0));
  return counts;
}

}  // namespace tenure::jobs
