#pragma once

#include <cstddef>
#include <mutex>

#include "erasure/job_runner.h"
#include "server/http.h"

namespace tenure::server {

/// How many orders may wait for the end of their job at the same time: each holds a worker of the server for as long.
/// Thread-safe.
class JobWaits {
 public:
  explicit JobWaits(std::size_t most) : most_(most) {}

  /// False when enough wait already; else end() has to follow.
  bool try_begin();
  void end();

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::size_t waiting_ = 0;  // guarded by mutex_
};

/// How an order to delete is answered: wakes the runner, waits for the job's end, and answers with its result, 200 when
/// it completed and 500 when it failed or was taken back; 202 with the job's Location when the request prefers that
/// (RFC 7240), enough others wait already, the job takes longer than ten minutes, or waits for somebody.
Response answer_for_job(erasure::JobRunner& runner, JobWaits& waits, const JobId& job, const Request& request);

/// 202 with the job's id and Location.
Response accepted(const JobId& job);

}  // namespace tenure::server
