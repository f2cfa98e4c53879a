#pragma once

#include "events/outbox.h"
#include "jobs/transition.h"

namespace tenure::erasure {

/// What is told of a job's change of state: topic "deletion_job.{state}", payload {"job_id", "tenant_id" or "user_id",
/// "from": null for the first, "to", "epoch"}.
events::Event event_of(const jobs::Transition& transition);

/// Puts the event into the outbox, in the transaction of the change. A jobs::TransitionHook.
void publish_transition(pg::Transaction& transaction, const jobs::Transition& change);

}  // namespace tenure::erasure
