#pragma once

#include <string>

#include "base/ids.h"
#include "pg/transaction.h"

namespace tenure::jobs {

/// How a job has ended, as the transaction sees it, in JSON: {"job_id", "tenant_id" or "user_id", "status", "reason",
/// "started_at", "completed_at", "duration_seconds", "total_items_deleted", "services": [{"service", "status",
/// "items_deleted", "attempts"}]}; what there is not is left out. Ids, counts and words for programs: no name and no
/// error's text. @throws Error(not_found) when there is no such job.
std::string summarize_end(pg::Transaction& transaction, const JobId& job);

}  // namespace tenure::jobs
