#include "jobs/job_store.h"

#include <fmt/format.h>

#include "audit/note.h"
#include "base/planted_bug.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/legal_holds.h"
#include "jobs/sql.h"
#include "jobs/state_change.h"
#include "pg/installation.h"

namespace tenure::jobs {
namespace {

constexpr int kLargestPage = 500;
// Where the lease stands behind the columns of a transition.
constexpr int kLeaseColumn = 12;

std::optional<TenantId> tenant_of(const Subject& subject) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return tenant == nullptr ? std::nullopt : std::optional(*tenant);
}

std::optional<UserId> user_of(const Subject& subject) {
  const auto* user = std::get_if<UserId>(&subject);
  return user == nullptr ? std::nullopt : std::optional(*user);
}

template <class Session>
std::optional<JobId> active_job(Session& session, const Subject& subject) {
  const auto rows = session.exec(sql::kFindActiveJob, pg::Params(tenant_of(subject), user_of(subject)));
  if (rows.empty()) return std::nullopt;
  return JobId::parse(rows.text(0, 0));
}

Actor actor_of(const NewJob& job) {
  if (job.by) return *job.by;
  return job.initiated_by ? Actor::user(*job.initiated_by) : Actor::system();
}

pg::Params params_of(const JobId& id, const NewJob& job) {
  const Actor by = actor_of(job);
  const auto run_at = job.run_at ? std::optional(micros_of(*job.run_at)) : std::nullopt;
  return pg::Params(id, tenant_of(job.subject), job.tenant_name, user_of(job.subject), job.initiated_by,
                    to_json_text(job.services), run_at, job.priority, job.needs_approval, to_string(job.on_failure),
                    job.archive_key, static_cast<std::int64_t>(job.retention.count()), to_string(by.kind), by.id,
                    job.trace.traceparent());
}

/// Adds the job under an id of our choice, so that repeating it after a lost answer adds nothing.
void insert_job(pg::Transaction& transaction, const TransitionHook& hook, const JobId& id, const NewJob& job) {
  const auto params = params_of(id, job);
  lock_subject(transaction, job.subject);
  for (;;) {
    if (!transaction.exec(sql::kFindJob, pg::Params(id)).empty()) return;
    if (const auto hold = find_hold(transaction, job.subject)) throw under_hold(*hold);
    if (!tell(transaction, hook, transaction.exec(sql::kEnqueueJob, params)).empty()) break;
    if (const auto active = active_job(transaction, job.subject); active && active != id) {
      throw already_active(job.subject, *active);
    }
    // The active job ended between the two statements.
  }
  transaction.exec(sql::kNotifyWorkers);
}

/// Tells of the change that a claim makes of a pending job, and reads the lease.
std::optional<Lease> read_claim(pg::Transaction& transaction, const TransitionHook& hook, const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  const bool has_changed_state = !rows.is_null(0, 2);
  if (has_changed_state) tell(transaction, hook, rows);
  return Lease{JobId::parse(rows.text(0, kLeaseColumn)), rows.int64(0, kLeaseColumn + 1)};
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
    read_approvals(snapshot.exec(sql::kListApprovals, ids), jobs);
    snapshot.commit();
    return jobs;
  });
}

/// An array of words, as PostgreSQL reads it.
std::optional<std::string> word_array(const std::vector<JobState>& states) {
  if (states.empty()) return std::nullopt;
  std::string text = "{";
  for (const auto state : states) text += (text.size() > 1 ? "," : "") + std::string(to_string(state));
  return text + "}";
}

}  // namespace

Error already_active(const Subject& subject, const JobId& active) {
  const bool is_tenant = kind_of(subject) == SubjectKind::tenant;
  return Error(ErrorCode::conflict,
               fmt::format("{}_id: the {} is being deleted already by job {}", is_tenant ? "tenant" : "user",
                           is_tenant ? "tenant" : "user", active.str()));
}

void install_schema(pg::Connection& connection) {
  audit::install_notes(connection);
  pg::install(connection, sql::kCreateSchema, "tenure.deletion_jobs");
  pg::install(connection, sql::kCreateSteps, "tenure.deletion_steps");
  pg::install(connection, sql::kCreateRecords, "tenure.job_transitions");
  pg::install(connection, sql::kCreateWatch, "tenure.approvals");
}

JobId JobStore::enqueue(const NewJob& job) {
  require_priority(job.priority);
  const JobId id = job.id.value_or(JobId::random());
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    insert_job(transaction, on_transition_, id, job);
    transaction.commit();
  });
  return id;
}

Lease JobStore::enqueue_leased(const NewJob& job, const std::string& owner, Milliseconds lease) {
  require_priority(job.priority);
  const JobId id = job.id.value_or(JobId::random());
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    insert_job(transaction, on_transition_, id, job);
    auto taken =
        read_claim(transaction, on_transition_, transaction.exec(sql::kClaimJob, pg::Params(owner, lease.count(), id)));
    if (!taken)
      throw Error(ErrorCode::conflict, "the job has to wait: for its time, for an approval, or for its owner");
    return *taken;
  });
}

void JobStore::refuse_under_hold(const Subject& subject) {
  in_transaction(control_, [&](pg::Transaction& transaction) {
    if (const auto hold = find_hold(transaction, subject)) throw under_hold(*hold);
    return true;
  });
}

std::optional<JobId> JobStore::find_active(const Subject& subject) {
  return with_session(control_, [&](pg::Connection& session) { return active_job(session, subject); });
}

std::optional<Lease> JobStore::claim(const std::string& owner, Milliseconds lease) {
  const auto length = TENURE_BUG("lease.for_ever") ? lease.count() * 10000 : lease.count();
  return claim_any(pg::Params(owner, length, std::nullopt));
}

std::optional<Lease> JobStore::claim(const JobId& job, const std::string& owner, Milliseconds lease) {
  return claim_any(pg::Params(owner, lease.count(), job));
}

std::optional<Lease> JobStore::claim_any(const pg::Params& params) {
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    const Actor rule = Actor::system();
    tell(transaction, on_transition_, transaction.exec(sql::kPromoteDue));
    tell(transaction, on_transition_,
         transaction.exec(sql::kStopHeld, pg::Params(std::nullopt, to_string(rule.kind), rule.id)));
    return read_claim(transaction, on_transition_, transaction.exec(sql::kClaimJob, params));
  });
}

std::optional<Job> JobStore::find(const JobId& job) {
  auto jobs = read_whole_jobs(control_, pg::Params(job, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
                                                   std::nullopt, std::nullopt, std::nullopt, 1));
  if (jobs.empty()) return std::nullopt;
  return std::move(jobs.front());
}

Job JobStore::get(const JobId& job) {
  auto found = find(job);
  if (!found) throw no_such_job(job);
  return std::move(*found);
}

JobPage JobStore::list(const JobFilter& filter) {
  if (filter.limit < 1 || filter.limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  pg::Params params(std::nullopt, filter.tenant, filter.user, word_array(filter.states));
  params.add(filter.kind ? std::optional(*filter.kind == SubjectKind::tenant ? "tenant" : "user") : std::nullopt);
  params.add(filter.initiated_by);
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

std::vector<Transition> JobStore::transitions(const JobId& job) {
  return with_session(control_, [&](pg::Connection& session) {
    if (session.exec(sql::kFindJob, pg::Params(job)).empty()) throw no_such_job(job);
    const auto rows = session.exec(sql::kListTransitions, pg::Params(job));
    std::vector<Transition> changes;
    for (int row = 0; row < rows.rows(); ++row) changes.push_back(read_transition(rows, row));
    return changes;
  });
}

}  // namespace tenure::jobs
