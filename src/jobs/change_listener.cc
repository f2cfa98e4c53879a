#include "jobs/change_listener.h"

#include <set>

#include "jobs/sql.h"

namespace tenure::jobs {
namespace {

std::vector<JobId> ids_of(const std::vector<std::string>& payloads) {
  std::vector<JobId> ids;
  for (const auto& payload : std::set<std::string>(payloads.begin(), payloads.end())) {
    ids.push_back(JobId::parse(payload));
  }
  return ids;
}

}  // namespace

ChangeListener::ChangeListener(pg::ConnectionSettings control, Hooks hooks)
    : listener_(std::move(control), sql::kListenForChanges,
                {.on_session = std::move(hooks.on_gap),
                 .on_payloads = [on_change = std::move(hooks.on_change)](const auto& payloads) {
                   on_change(ids_of(payloads));
                 }}) {}

}  // namespace tenure::jobs
