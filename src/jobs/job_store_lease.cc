// What the owner of a lease does with its job.
#include <fmt/format.h>

#include "base/planted_bug.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/job_store.h"
#include "jobs/legal_holds.h"
#include "jobs/sql.h"
#include "jobs/state_change.h"

namespace tenure::jobs {
namespace {

Error another_owner() { return Error(ErrorCode::conflict, "the job has another owner"); }

void require_owned(const pg::Result& result) {
  if (result.affected() == 0) throw another_owner();
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

/// The job's status as long as `epoch` is its last one.
std::optional<JobState> status_at(pg::Transaction& transaction, const JobId& job, std::int64_t epoch) {
  const auto rows = transaction.exec(sql::kFindOwnedStatus, pg::Params(job, epoch));
  if (rows.empty()) return std::nullopt;
  return parse_job_state(rows.text(0, 0));
}

/// Why a change of state by the owner of a lease found nothing to change. Nothing is wrong when an earlier, unanswered
/// try of ours made the change.
void explain_unchanged(pg::Transaction& transaction, const Lease& lease, JobState from, JobState to) {
  const auto status = status_at(transaction, lease.job, lease.epoch);
  if (status == to) return;
  if (status == from && to == JobState::completed &&
      !transaction.exec(sql::kCheckLease, pg::Params(lease.job, lease.epoch)).empty()) {
    throw Error(ErrorCode::conflict, "a cancellation was asked for");
  }
  throw another_owner();
}

std::string_view reason_for(JobState to) {
  switch (to) {
    case JobState::completed:
      return "nothing_left";
    case JobState::rolled_back:
      return "everything_restored";
    default:
      return "errors";
  }
}

}  // namespace

void JobStore::heartbeat(const Lease& lease, Milliseconds extension) {
  with_session(control_, [&](pg::Connection& session) {
    require_owned(session.exec(sql::kExtendLease, pg::Params(lease.job, lease.epoch, extension.count())));
  });
}

void JobStore::release(const Lease& lease) {
  in_transaction(control_, [&](pg::Transaction& transaction) {
    require_owned(transaction.exec(sql::kReleaseLease, pg::Params(lease.job, lease.epoch)));
    return transaction.exec(sql::kNotifyWorkers);
  });
}

void JobStore::park(const Lease& lease, Milliseconds delay) {
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    const auto parked = transaction.exec(sql::kParkJob, pg::Params(lease.job, lease.epoch, delay.count()));
    // An earlier, unanswered try of ours may have done it.
    if (parked.affected() == 0 && transaction.exec(sql::kFindParked, pg::Params(lease.job, lease.epoch)).empty()) {
      throw another_owner();
    }
    transaction.exec(sql::kNotifyWorkers);
    transaction.commit();
  });
}

void JobStore::begin_step(const Lease& lease, const std::string& service, int round) {
  write_step(control_, lease, sql::kBeginStep, pg::Params(lease.job, lease.epoch, service, round));
}

void JobStore::finish_step(const Lease& given, const Step& step) {
  const Lease lease = TENURE_BUG("step.epoch_unchecked") ? Lease{given.job, get(given.job).lease_epoch} : given;
  write_step(control_, lease, sql::kFinishStep,
             pg::Params(lease.job, lease.epoch, step.service, to_string(step.state), to_json_text(step.deleted_counts),
                        to_json_text(step.changed_counts), step.total, to_json_text(step.errors), step.duration.count(),
                        step.failures));
}

void JobStore::note_verification(const Lease& lease, const std::string& service, const Verification& found) {
  write_step(control_, lease, sql::kNoteVerification, pg::Params(lease.job, lease.epoch, service, to_json_text(found)));
}

void JobStore::put_owned_tenant(const Lease& lease, const OwnedTenant& tenant) {
  with_session(control_, [&](pg::Connection& session) {
    require_owned(session.exec(sql::kPutOwnedTenant,
                               pg::Params(lease.job, lease.epoch, tenant.tenant, tenant.new_owner, tenant.deletion_job,
                                          to_string(tenant.state), to_json_text(tenant.errors))));
  });
}

void JobStore::decide_commit(const Lease& lease, const CommitDecision& decision) {
  with_session(control_, [&](pg::Connection& session) {
    const auto rows =
        session.exec(sql::kDecideCommit, pg::Params(lease.job, lease.epoch, to_json_text(decision.services)));
    // An earlier try of ours whose answer was lost has decided already.
    if (rows.empty() && session.exec(sql::kFindCommitDecision, pg::Params(lease.job)).empty()) throw another_owner();
  });
}

std::optional<CommitDecision> JobStore::find_commit_decision(const JobId& job) {
  return with_session(control_, [&](pg::Connection& session) -> std::optional<CommitDecision> {
    const auto rows = session.exec(sql::kFindCommitDecision, pg::Params(job));
    if (rows.empty()) return std::nullopt;
    return CommitDecision{.epoch = rows.int64(0, 0), .services = rows.text_array(0, 1)};
  });
}

Checkpoint JobStore::checkpoint(const Lease& lease) {
  return with_session(control_, [&](pg::Connection& session) {
    const auto rows = session.exec(sql::kCheckLease, pg::Params(lease.job, lease.epoch));
    if (rows.empty()) throw another_owner();
    return Checkpoint{.is_cancel_requested = rows.boolean(0, 0), .is_held = rows.boolean(0, 1)};
  });
}

void JobStore::advance(const Lease& lease, JobState from, JobState to, std::string_view reason) {
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    const auto changed =
        change_state(transaction, on_transition_,
                     {.job = lease.job, .epoch = lease.epoch, .from = from, .to = to, .reason = reason});
    if (!changed) return explain_unchanged(transaction, lease, from, to);
    transaction.commit();
  });
}

void JobStore::finish(const Lease& lease, JobState from, JobState to, const std::vector<std::string>& errors,
                      const std::function<void(pg::Transaction&)>& also, std::string_view reason) {
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    const auto changed = change_state(transaction, on_transition_,
                                      {.job = lease.job,
                                       .epoch = lease.epoch,
                                       .from = from,
                                       .to = to,
                                       .errors = errors,
                                       .reason = reason.empty() ? reason_for(to) : reason});
    if (!changed) return explain_unchanged(transaction, lease, from, to);
    if (also) also(transaction);
    transaction.commit();
  });
}

Lease JobStore::begin_compensation(const Lease& lease, JobState from, std::string_view reason,
                                   const std::vector<std::string>& errors) {
  const Lease next{lease.job, lease.epoch + 1};
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    const auto before = transaction.exec(sql::kLockJob, pg::Params(lease.job));
    if (before.empty()) throw no_such_job(lease.job);
    const bool has_archive = before.boolean(0, 4);
    if (!has_archive) throw Error(ErrorCode::conflict, "the job has no archive to bring rows back from");
    const auto changed = change_state(transaction, on_transition_,
                                      {.job = lease.job,
                                       .epoch = lease.epoch,
                                       .from = from,
                                       .to = JobState::compensating,
                                       .errors = errors,
                                       .reason = reason});
    // The next epoch is only ours if it was reached by this very change.
    if (!changed && status_at(transaction, next.job, next.epoch) != JobState::compensating) throw another_owner();
    if (changed) transaction.commit();
  });
  return next;
}

bool JobStore::hold_running(const Lease& lease, JobState from) {
  return with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    transaction.exec(sql::kLockSubjectOfJob, pg::Params(lease.job));
    const auto asked = transaction.exec(sql::kCheckLease, pg::Params(lease.job, lease.epoch));
    if (!asked.empty() && !asked.boolean(0, 1)) return false;
    const auto changed = change_state(
        transaction, on_transition_,
        {.job = lease.job, .epoch = lease.epoch, .from = from, .to = JobState::held, .reason = "legal_hold"});
    if (changed) {
      transaction.commit();
    } else {
      explain_unchanged(transaction, lease, from, JobState::held);
    }
    return true;
  });
}

void JobStore::lapse_approval(const Lease& lease, std::string_view reason) {
  end_unbegun(lease, JobState::awaiting_approval, reason);
}

void JobStore::finish_cancelled(const Lease& lease, std::string_view reason) {
  end_unbegun(lease, JobState::cancelled, reason);
}

void JobStore::end_unbegun(const Lease& lease, JobState to, std::string_view reason) {
  with_session(control_, [&](pg::Connection& session) {
    pg::Transaction transaction(session);
    // Begun steps are only looked for once the row is locked, without which no step begins.
    transaction.exec(sql::kLockJob, pg::Params(lease.job));
    if (!transaction.exec(sql::kFindBegun, pg::Params(lease.job)).empty()) {
      throw Error(ErrorCode::conflict, "a step of the job has begun");
    }
    const auto changed =
        change_state(transaction, on_transition_,
                     {.job = lease.job, .epoch = lease.epoch, .from = JobState::running, .to = to, .reason = reason});
    if (!changed) return explain_unchanged(transaction, lease, JobState::running, to);
    if (to == JobState::awaiting_approval) transaction.exec(sql::kLapseApprovals, pg::Params(lease.job));
    transaction.commit();
  });
}

}  // namespace tenure::jobs
