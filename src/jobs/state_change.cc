#include "jobs/state_change.h"

#include <fmt/format.h>

#include "audit/note.h"
#include "base/error.h"
#include "jobs/job_rows.h"
#include "jobs/sql.h"

namespace tenure::jobs {
namespace {

audit::Note note_of(const Transition& change) {
  const auto action = audit::parse_action(fmt::format("deletion_{}", to_string(change.to)));
  return audit::note_of(action, change.by, change.subject, change.job);
}

}  // namespace

std::optional<Transition> change_state(pg::Transaction& transaction, const TransitionHook& hook,
                                       const StateChange& change) {
  if (!can_advance(change.from, change.to)) {
    throw Error(ErrorCode::internal,
                fmt::format("a job cannot go from {} to {}", to_string(change.from), to_string(change.to)));
  }
  const auto kind = change.by ? std::optional(to_string(change.by->kind)) : std::nullopt;
  const auto id = change.by ? change.by->id : std::nullopt;
  const auto rows = transaction.exec(sql::kChangeState,
                                     pg::Params(change.job, change.epoch, to_string(change.from), to_string(change.to),
                                                to_json_text(change.errors), kind, id, change.reason));
  auto told = tell(transaction, hook, rows);
  if (told.empty()) return std::nullopt;
  return std::move(told.front());
}

Transition read_transition(const pg::Result& rows, int row) {
  Transition transition{.job = JobId::parse(rows.text(row, 2)), .subject = read_subject(rows, row, 0, 1)};
  transition.number = static_cast<int>(rows.int64(row, 3));
  if (!rows.is_null(row, 4)) transition.from = parse_job_state(rows.text(row, 4));
  transition.to = parse_job_state(rows.text(row, 5));
  transition.epoch = rows.int64(row, 6);
  transition.by = {parse_actor_kind(rows.text(row, 7)), rows.optional_text(row, 8)};
  transition.reason = rows.text(row, 9);
  transition.at = time_from_micros(rows.int64(row, 10));
  transition.trace = read_trace(rows, row, 11);
  return transition;
}

std::vector<Transition> tell(pg::Transaction& transaction, const TransitionHook& hook, const pg::Result& rows) {
  std::vector<Transition> told;
  for (int row = 0; row < rows.rows(); ++row) {
    told.push_back(read_transition(rows, row));
    audit::note(transaction, note_of(told.back()));
    if (hook) hook(transaction, told.back());
  }
  return told;
}

}  // namespace tenure::jobs
