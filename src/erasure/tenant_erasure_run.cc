#include "erasure/tenant_erasure_run.h"

namespace tenure::erasure {

using jobs::JobState;

void TenantErasureRun::run() {
  if (jobs::is_terminal(book_.state())) return;
  if (auto errors = rounds_.differences_from_estate({}); !errors.empty()) return book_.finish_job(std::move(errors));
  if (run_phases() != Progress::stopped) book_.finish_job();
}

Progress TenantErasureRun::run_phases() {
  const Services data = services_where(false);
  const Services record = services_where(true);
  if (const auto erased = rounds_.erase(data); erased != Progress::clean) return erased;
  if (book_.state() == JobState::running) book_.advance(JobState::verifying);
  if (const auto verified = rounds_.verify(data); verified != Progress::clean) return verified;
  if (const auto erased = rounds_.erase(record); erased != Progress::clean) return erased;
  return rounds_.verify(record);
}

Services TenantErasureRun::services_where(bool holds_tenant_record) const {
  Services names;
  for (const auto& endpoint : endpoints_) {
    if (endpoint.holds_tenant_record == holds_tenant_record) names.push_back(endpoint.name);
  }
  return names;
}

}  // namespace tenure::erasure
