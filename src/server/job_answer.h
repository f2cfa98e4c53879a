#pragma once

#include "base/turns.h"
#include "erasure/job_runner.h"
#include "server/http.h"

namespace tenure::server {

/// How an order to delete is answered: wakes the runner, waits for the job's end, and answers with its result, 200 when
/// it completed and 500 when it failed or was taken back; 202 with the job's Location when the request prefers that
/// (RFC 7240), no turn of `waits` is free (each wait holds a worker of the server for as long), the job takes longer
/// than ten minutes, or waits for somebody.
Response answer_for_job(erasure::JobRunner& runner, Turns& waits, const JobId& job, const Request& request);

/// 202 with the job's id and Location.
Response accepted(const JobId& job);

}  // namespace tenure::server
