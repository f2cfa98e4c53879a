#include "jobs/job_control.h"

#include <fmt/format.h>

#include "audit/note.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/job_store.h"
#include "jobs/legal_holds.h"
#include "jobs/sql.h"
#include "jobs/state_change.h"

namespace tenure::jobs {
namespace {

/// A job as it stands; nothing about it changes for the rest of the transaction.
struct LockedJob {
  JobId id;
  JobState state;
  Subject subject;
  std::optional<UserId> initiated_by;
  bool has_archive = false;
  bool is_shredded = false;
  bool needs_approval = false;
  bool is_parked = false;
  bool has_begun = false;  ///< something may have been deleted
};

LockedJob lock(pg::Transaction& transaction, const JobId& job) {
  // Whoever adds a job or places a hold takes the locks in the same order.
  transaction.exec(sql::kLockSubjectOfJob, pg::Params(job));
  const auto rows = transaction.exec(sql::kLockJob, pg::Params(job));
  if (rows.empty()) throw no_such_job(job);
  LockedJob locked{.id = job, .state = parse_job_state(rows.text(0, 0)), .subject = read_subject(rows, 0, 1, 2)};
  if (!rows.is_null(0, 3)) locked.initiated_by = UserId::parse(rows.text(0, 3));
  locked.has_archive = rows.boolean(0, 4);
  locked.is_shredded = rows.boolean(0, 5);
  locked.needs_approval = rows.boolean(0, 6);
  locked.is_parked = rows.boolean(0, 7);
  // Only now: a step that began before the row was locked has to be seen.
  locked.has_begun = !transaction.exec(sql::kFindBegun, pg::Params(job)).empty();
  return locked;
}

Error forbidden_by_state(const LockedJob& job, std::string_view why) {
  return Error(ErrorCode::conflict, fmt::format("job_id: job {} is {}: {}", job.id.str(), to_string(job.state), why));
}

void change(pg::Transaction& transaction, const TransitionHook& hook, const LockedJob& job, JobState to,
            const Actor& by, std::string_view reason) {
  change_state(transaction, hook, {.job = job.id, .from = job.state, .to = to, .by = by, .reason = reason});
  transaction.exec(sql::kNotifyWorkers);
}

void note(pg::Transaction& transaction, audit::Action action, const LockedJob& job, const Actor& by) {
  audit::note(transaction, audit::note_of(action, by, job.subject, job.id));
}

void require_alone(pg::Transaction& transaction, const LockedJob& job) {
  const auto* tenant = std::get_if<TenantId>(&job.subject);
  const auto* user = std::get_if<UserId>(&job.subject);
  pg::Params params;
  params.add(tenant == nullptr ? std::nullopt : std::optional(*tenant));
  params.add(user == nullptr ? std::nullopt : std::optional(*user));
  const auto active = transaction.exec(sql::kFindActiveJob, params);
  if (!active.empty()) throw already_active(job.subject, JobId::parse(active.text(0, 0)));
}

void require_archive(const LockedJob& job) {
  if (job.has_archive) return;
  throw forbidden_by_state(job, job.is_shredded ? "its archive has been destroyed" : "it has no archive");
}

Cancellation cancel_begun(pg::Transaction& transaction, const TransitionHook& hook, const LockedJob& job,
                          const Actor& by) {
  if (!job.has_archive) {
    throw forbidden_by_state(job, "rows are being deleted and there is no archive that they could come back from");
  }
  transaction.exec(sql::kRequestCancel, pg::Params(job.id, to_string(by)));
  note(transaction, audit::Action::cancellation_ordered, job, by);
  if (job.state == JobState::held) {
    change(transaction, hook, job, JobState::compensating, by, "cancelled");
  } else {
    transaction.exec(sql::kNotifyWorkers);
  }
  return Cancellation::compensation_requested;
}

}  // namespace

Cancellation JobControl::cancel(const JobId& job, const Actor& by) {
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    const auto now = lock(transaction, job);
    if (now.state == JobState::cancelled) return Cancellation::cancelled;
    if (now.state == JobState::compensating) return Cancellation::compensation_requested;
    if (is_terminal(now.state)) throw forbidden_by_state(now, "it has ended");
    if (now.has_begun || now.state == JobState::verifying) return cancel_begun(transaction, on_transition_, now, by);
    note(transaction, audit::Action::cancellation_ordered, now, by);
    change(transaction, on_transition_, now, JobState::cancelled, by, "cancelled");
    return Cancellation::cancelled;
  });
}

void JobControl::approve(const JobId& job, const UserId& approver, const std::string& digest) {
  if (digest.empty()) throw Error(ErrorCode::invalid_argument, "digest: say what is approved");
  in_transaction(control_, [&](pg::Transaction& transaction) {
    const auto now = lock(transaction, job);
    const bool is_given_already = !transaction.exec(sql::kFindApproval, pg::Params(job, approver, digest)).empty();
    if (is_given_already) return false;
    if (!now.needs_approval) throw forbidden_by_state(now, "it needs no approval");
    if (now.state != JobState::scheduled && now.state != JobState::awaiting_approval) {
      throw forbidden_by_state(now, "there is nothing to approve");
    }
    if (now.initiated_by == approver) {
      throw Error(ErrorCode::forbidden, "approver: whoever asked for the deletion cannot approve it");
    }
    transaction.exec(sql::kLapseApprovals, pg::Params(job));
    transaction.exec(sql::kGiveApproval, pg::Params(job, approver, digest));
    note(transaction, audit::Action::approval_given, now, Actor::user(approver));
    if (now.state == JobState::awaiting_approval) {
      change(transaction, on_transition_, now, JobState::pending, Actor::user(approver), "approved");
    }
    return true;
  });
}

void JobControl::retry(const JobId& job, const Actor& by) {
  in_transaction(control_, [&](pg::Transaction& transaction) {
    const auto now = lock(transaction, job);
    if (now.is_parked) {
      transaction.exec(sql::kResumeJob, pg::Params(job));
      note(transaction, audit::Action::retry_ordered, now, by);
      return transaction.exec(sql::kNotifyWorkers).affected();
    }
    if (now.state != JobState::failed && now.state != JobState::compensation_failed) {
      throw forbidden_by_state(now, "there is nothing to retry");
    }
    if (now.is_shredded) require_archive(now);
    require_alone(transaction, now);
    if (now.state == JobState::failed) {
      if (const auto hold = find_hold(transaction, now.subject)) throw under_hold(*hold);
    }
    if (now.state == JobState::failed) {
      transaction.exec(sql::kRenewFailedSteps, pg::Params(job));
      transaction.exec(sql::kForgetFailedTenants, pg::Params(job));
    }
    const auto next = now.state == JobState::failed ? JobState::pending : JobState::compensating;
    note(transaction, audit::Action::retry_ordered, now, by);
    change(transaction, on_transition_, now, next, by, "retried");
    return std::int64_t{1};
  });
}

void JobControl::restore(const JobId& job, const Actor& by) {
  in_transaction(control_, [&](pg::Transaction& transaction) {
    const auto now = lock(transaction, job);
    if (now.state != JobState::completed) throw forbidden_by_state(now, "only a completed deletion is restored");
    require_archive(now);
    require_alone(transaction, now);
    note(transaction, audit::Action::restoration_ordered, now, by);
    change(transaction, on_transition_, now, JobState::compensating, by, "restored");
    return true;
  });
}

void JobControl::reschedule(const JobId& job, const Reschedule& change) {
  if (!change.run_at && !change.priority) {
    throw Error(ErrorCode::invalid_argument, "run_at: give a time, a priority or both");
  }
  if (change.priority) require_priority(*change.priority);
  in_transaction(control_, [&](pg::Transaction& transaction) {
    const auto now = lock(transaction, job);
    if (is_terminal(now.state)) throw forbidden_by_state(now, "it has ended");
    if (change.run_at && now.state != JobState::scheduled) {
      throw forbidden_by_state(now, "only a scheduled job has a time to change");
    }
    const auto run_at = change.run_at ? std::optional(micros_of(*change.run_at)) : std::nullopt;
    transaction.exec(sql::kRescheduleJob, pg::Params(job, run_at, change.priority));
    note(transaction, audit::Action::deletion_rescheduled, now, change.by.value_or(Actor::system()));
    return transaction.exec(sql::kNotifyWorkers).affected();
  });
}

}  // namespace tenure::jobs
