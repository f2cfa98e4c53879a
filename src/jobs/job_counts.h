#pragma once

#include <cstdint>
#include <map>

#include "jobs/job_state.h"
#include "pg/pool.h"

namespace tenure::jobs {

/// How many jobs there are, for who watches from afar.
struct JobCounts {
  std::map<JobState, std::int64_t> by_state;  ///< every state, those that there are none of too
  Milliseconds longest_running{0};            ///< since a job that is worked on got going; 0 when there is none
};

/// Two statements. @throws what taking a session and a statement throw.
JobCounts count_jobs(pg::Pool& control, const Call& call);

}  // namespace tenure::jobs
