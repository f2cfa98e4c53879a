#include "jobs/kept_archives.h"

#include <fmt/format.h>

#include "audit/note.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/legal_holds.h"
#include "jobs/sql.h"

namespace tenure::jobs {

std::vector<JobId> KeptArchives::due(int limit) {
  return with_session(control_, [&](pg::Connection& session) {
    const auto rows = session.exec(sql::kListDueArchives, pg::Params(limit));
    std::vector<JobId> jobs;
    for (int row = 0; row < rows.rows(); ++row) jobs.push_back(JobId::parse(rows.text(row, 0)));
    return jobs;
  });
}

bool KeptArchives::destroy_key(const JobId& job, const Actor& by) {
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    transaction.exec(sql::kLockSubjectOfJob, pg::Params(job));
    const auto rows = transaction.exec(sql::kLockJob, pg::Params(job));
    if (rows.empty()) throw no_such_job(job);
    const bool has_key = rows.boolean(0, 4);
    if (!has_key) return false;
    const auto state = parse_job_state(rows.text(0, 0));
    if (!is_terminal(state)) {
      throw Error(ErrorCode::conflict, fmt::format("job_id: job {} is {}: its archive is kept until it has ended",
                                                   job.str(), to_string(state)));
    }
    const auto subject = read_subject(rows, 0, 1, 2);
    if (const auto hold = find_hold(transaction, subject)) throw under_hold(*hold);
    audit::note(transaction, audit::note_of(audit::Action::archive_key_destroyed, by, subject, job));
    return transaction.exec(sql::kDestroyArchiveKey, pg::Params(job)).affected() > 0;
  });
}

void KeptArchives::note_files_removed(const JobId& job) {
  with_session(control_, [&](pg::Connection& session) { session.exec(sql::kNoteFilesRemoved, pg::Params(job)); });
}

std::vector<ArchiveKey> KeptArchives::keys(const std::optional<JobId>& after, int limit) {
  return with_session(control_, [&](pg::Connection& session) {
    const auto rows = session.exec(sql::kListArchiveKeys, pg::Params(after, limit));
    std::vector<ArchiveKey> keys;
    for (int row = 0; row < rows.rows(); ++row) keys.push_back({JobId::parse(rows.text(row, 0)), rows.text(row, 1)});
    return keys;
  });
}

bool KeptArchives::replace_key(const JobId& job, const std::string& from, const std::string& to) {
  return with_session(control_, [&](pg::Connection& session) {
    return session.exec(sql::kReplaceArchiveKey, pg::Params(job, from, to)).affected() > 0;
  });
}

}  // namespace tenure::jobs
