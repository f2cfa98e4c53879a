#pragma once

#include <optional>

#include "audit/action.h"
#include "base/actor.h"
#include "base/ids.h"
#include "base/subject.h"
#include "pg/transaction.h"

namespace tenure::audit {

/// Creates tenure.audit_notes where it is missing: in every database in which notes are written. Safe to repeat and
/// from several processes at once.
void install_notes(pg::Connection& connection);

/// Something that belongs into the audit log.
struct Note {
  Action action;
  Actor by;
  std::optional<TenantId> tenant = std::nullopt;
  std::optional<UserId> person = std::nullopt;  ///< whom it is done to
  std::optional<JobId> job = std::nullopt;
};

/// Notes it in the transaction of what it tells, so that there is never one without the other. A Sealer puts it into
/// the chain once that has committed, within about a second; until then it is a row like any other.
void note(pg::Transaction& transaction, const Note& note);

/// Of what is done to a job whose subject is this.
Note note_of(Action action, const Actor& by, const Subject& subject, const JobId& job);

}  // namespace tenure::audit
