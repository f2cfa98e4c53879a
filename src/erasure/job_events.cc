#include "erasure/job_events.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace tenure::erasure {

events::Event event_of(const jobs::Transition& transition) {
  const bool is_tenant = kind_of(transition.subject) == SubjectKind::tenant;
  const nlohmann::json payload = {
      {"job_id", transition.job.str()},
      {is_tenant ? "tenant_id" : "user_id", id_of(transition.subject)},
      {"from", transition.from ? nlohmann::json(jobs::to_string(*transition.from)) : nlohmann::json()},
      {"to", jobs::to_string(transition.to)},
      {"epoch", transition.epoch}};
  return {.topic = fmt::format("deletion_job.{}", jobs::to_string(transition.to)),
          .payload = payload.dump(),
          .trace = transition.trace.next()};
}

void publish_transition(pg::Transaction& transaction, const jobs::Transition& change) {
  events::publish(transaction, event_of(change));
}

}  // namespace tenure::erasure
