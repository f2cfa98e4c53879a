#include "jobs/job_store.h"

#include <fmt/format.h>

#include "base/error.h"
#include "jobs/job_rows.h"
#include "jobs/sql.h"
#include "pg/transaction.h"

namespace tenure::jobs {
namespace {

constexpr Milliseconds kStatementTimeout{15000};
constexpr int kLargestPage = 500;

Call soon() { return Call::within(kStatementTimeout); }

/// Runs `work` on a session, and once more on a fresh one when the session was lost. For work that may be repeated.
template <class Work>
auto with_session(pg::Pool& pool, const Work& work) {
  try {
    auto session = pool.take(soon());
    return work(*session);
  } catch (const Error& error) {
    const bool is_session_lost = error.code() == ErrorCode::unavailable || error.code() == ErrorCode::outcome_unknown;
    if (!is_session_lost || error.retry() == Retry::never) throw;
  }
  auto session = pool.take(soon());
  return work(*session);
}

void require_owned(const pg::Result& result) {
  if (result.affected() == 0) throw Error(ErrorCode::conflict, "the job has another owner");
}

void require_arrow(JobState from, JobState to) {
  if (can_advance(from, to)) return;
  throw Error(ErrorCode::internal, fmt::format("a job cannot go from {} to {}", to_string(from), to_string(to)));
}

std::optional<TenantId> tenant_of(const Subject& subject) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return tenant == nullptr ? std::nullopt : std::optional(*tenant);
}

std::optional<UserId> user_of(const Subject& subject) {
  const auto* user = std::get_if<UserId>(&subject);
  return user == nullptr ? std::nullopt : std::optional(*user);
}

std::optional<JobId> active_job(pg::Connection& session, const Subject& subject) {
  const auto rows = session.exec(sql::kFindActiveJob, pg::Params(tenant_of(subject), user_of(subject)));
  if (rows.empty()) return std::nullopt;
  return JobId::parse(rows.text(0, 0));
}

/// Adds the job under an id of our choice, so that repeating it after a lost answer adds nothing.
void insert_job(pg::Connection& session, const JobId& id, const NewJob& job) {
  const pg::Params params(id, tenant_of(job.subject), job.tenant_name, user_of(job.subject), job.initiated_by,
                          to_json_text(job.services));
  for (;;) {
    if (!session.exec(sql::kEnqueueJob, params).empty()) return;
    const auto active = active_job(session, job.subject);
    if (active == id) return;
    if (active) throw already_active(job.subject, *active);
    // The active job ended between the two statements, or it is this very one and has ended.
    if (!session.exec(sql::kFindJob, pg::Params(id)).empty()) return;
  }
}

std::optional<Lease> read_lease(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return Lease{JobId::parse(rows.text(0, 0)), rows.int64(0, 1)};
}

/// Changes a step and the summary in the job's row; the latter checks the epoch under the row's lock.
void write_step(pg::Pool& pool, const Lease& lease, const pg::Sql& statement, const pg::Params& params) {
  with_session(pool, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    require_owned(transaction.exec(statement, params));
    require_owned(transaction.exec(sql::kSummarizeSteps, pg::Params(lease.job, lease.epoch)));
    transaction.commit();
  });
}

/// Runs `statement`; no row to change is right when an earlier, unanswered try of ours made the change.
void change_state(pg::Pool& pool, const Lease& lease, JobState to, const pg::Sql& statement, const pg::Params& params,
                  const std::function<void(pg::Transaction&)>& also = {}) {
  with_session(pool, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    const auto changed = transaction.exec(statement, params);
    if (changed.affected() > 0) {
      if (also) also(transaction);
      return transaction.commit();
    }
    const auto status = session.exec(sql::kFindOwnedStatus, pg::Params(lease.job, lease.epoch));
    if (status.empty() || status.text(0, 0) != to_string(to)) require_owned(changed);
  });
}

std::string uuid_array(const std::vector<Job>& jobs) {
  std::string text = "{";
  for (const auto& job : jobs) text += (text.size() > 1 ? "," : "") + job.id.str();
  return text + "}";
}

std::vector<Job> read_whole_jobs(pg::Pool& pool, const pg::Params& params) {
  return with_session(pool, [&](pg::Connection& session) {
    pg::Transaction snapshot(session, pg::Snapshot::fixed);
    auto jobs = read_jobs(snapshot.exec(sql::kListJobs, params));
    const pg::Params ids(uuid_array(jobs));
    read_steps(snapshot.exec(sql::kListSteps, ids), jobs);
    read_owned_tenants(snapshot.exec(sql::kListOwnedTenants, ids), jobs);
    snapshot.commit();
    return jobs;
  });
}

}  // namespace

Error already_active(const Subject& subject, const JobId& active) {
  const bool is_tenant = kind_of(subject) == SubjectKind::tenant;
  return Error(ErrorCode::conflict,
               fmt::format("{}_id: the {} is being deleted already by job {}", is_tenant ? "tenant" : "user",
                           is_tenant ? "tenant" : "user", active.str()));
}

void install_schema(pg::Connection& connection) { connection.run_script(sql::kCreateSchema); }

JobId JobStore::enqueue(const NewJob& job) {
  const JobId id = job.id.value_or(JobId::random());
  with_session(control_, [&](pg::Connection& session) { insert_job(session, id, job); });
  return id;
}

Lease JobStore::enqueue_leased(const NewJob& job, const std::string& owner, Milliseconds lease) {
  const JobId id = job.id.value_or(JobId::random());
  auto session = control_.take(soon());
  pg::Transaction transaction(*session);
  insert_job(*session, id, job);
  const auto taken = read_lease(transaction.exec(sql::kClaimJob, pg::Params(owner, lease.count(), id)));
  transaction.commit();
  return taken.value();
}

std::optional<JobId> JobStore::find_active(const Subject& subject) {
  return with_session(control_, [&](pg::Connection& session) { return active_job(session, subject); });
}

std::optional<Lease> JobStore::claim(const std::string& owner, Milliseconds lease) {
  return claim_any(pg::Params(owner, lease.count(), std::nullopt));
}

std::optional<Lease> JobStore::claim(const JobId& job, const std::string& owner, Milliseconds lease) {
  return claim_any(pg::Params(owner, lease.count(), job));
}

std::optional<Lease> JobStore::claim_any(const pg::Params& params) {
  auto session = control_.take(soon());
  return read_lease(session->exec(sql::kClaimJob, params));
}

void JobStore::heartbeat(const Lease& lease, Milliseconds extension) {
  with_session(control_, [&](pg::Connection& session) {
    require_owned(session.exec(sql::kExtendLease, pg::Params(lease.job, lease.epoch, extension.count())));
  });
}

void JobStore::release(const Lease& lease) {
  auto session = control_.take(soon());
  require_owned(session->exec(sql::kReleaseLease, pg::Params(lease.job, lease.epoch)));
}

void JobStore::begin_step(const Lease& lease, const std::string& service, int round) {
  write_step(control_, lease, sql::kBeginStep, pg::Params(lease.job, lease.epoch, service, round));
}

void JobStore::finish_step(const Lease& lease, const Step& step) {
  write_step(
      control_, lease, sql::kFinishStep,
      pg::Params(lease.job, lease.epoch, step.service, to_string(step.state), to_json_text(step.deleted_counts),
                 to_json_text(step.changed_counts), step.total, to_json_text(step.errors), step.duration.count()));
}

void JobStore::advance(const Lease& lease, JobState from, JobState to) {
  require_arrow(from, to);
  change_state(control_, lease, to, sql::kAdvanceJob,
               pg::Params(lease.job, lease.epoch, to_string(from), to_string(to)));
}

void JobStore::put_owned_tenant(const Lease& lease, const OwnedTenant& tenant) {
  with_session(control_, [&](pg::Connection& session) {
    require_owned(session.exec(sql::kPutOwnedTenant,
                               pg::Params(lease.job, lease.epoch, tenant.tenant, tenant.new_owner, tenant.deletion_job,
                                          to_string(tenant.state), to_json_text(tenant.errors))));
  });
}

void JobStore::finish(const Lease& lease, JobState from, JobState to, const std::vector<std::string>& errors,
                      const std::function<void(pg::Transaction&)>& also) {
  require_arrow(from, to);
  change_state(control_, lease, to, sql::kFinishJob,
               pg::Params(lease.job, lease.epoch, to_string(from), to_string(to), to_json_text(errors)), also);
}

std::optional<Job> JobStore::find(const JobId& job) {
  auto jobs = read_whole_jobs(control_,
                              pg::Params(job, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, 1));
  if (jobs.empty()) return std::nullopt;
  return std::move(jobs.front());
}

Job JobStore::get(const JobId& job) {
  auto found = find(job);
  if (!found) throw Error(ErrorCode::not_found, fmt::format("job_id: there is no job {}", job.str()));
  return std::move(*found);
}

JobPage JobStore::list(const JobFilter& filter) {
  if (filter.limit < 1 || filter.limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  pg::Params params(std::nullopt, filter.tenant, filter.user,
                    filter.state ? std::optional(to_string(*filter.state)) : std::nullopt);
  std::optional<PageCursor> cursor;
  if (filter.cursor) cursor = decode_cursor(*filter.cursor);
  params.add(cursor ? std::optional(cursor->created_at_micros) : std::nullopt);
  params.add(cursor ? std::optional(cursor->id.str()) : std::nullopt);
  params.add(filter.limit + 1);
  JobPage page{.jobs = read_whole_jobs(control_, params), .next = {}};
  if (std::ssize(page.jobs) > filter.limit) {
    page.jobs.pop_back();
    page.next = encode_cursor({micros_of(page.jobs.back().created_at), page.jobs.back().id.uuid()});
  }
  return page;
}

}  // namespace tenure::jobs
