#include "jobs/end_summary.h"

#include "jobs/job_rows.h"
#include "jobs/sql.h"

namespace tenure::jobs {

std::string summarize_end(pg::Transaction& transaction, const JobId& job) {
  const auto rows = transaction.exec(sql::kSummarizeEnd, pg::Params(job));
  if (rows.empty()) throw no_such_job(job);
  return rows.text(0, 0);
}

}  // namespace tenure::jobs
