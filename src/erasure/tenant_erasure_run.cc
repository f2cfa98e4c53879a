#include "erasure/tenant_erasure_run.h"

#include <algorithm>

#include "base/failpoint.h"
#include "base/planted_bug.h"

namespace tenure::erasure {

using jobs::JobState;

Progress TenantErasureRun::run() {
  const bool is_archived = book_.archive_key().has_value();
  const auto is_record = [](const ServiceEndpoint& endpoint) { return endpoint.holds_tenant_record; };
  const auto is_last = [&](const ServiceEndpoint& endpoint) {
    return is_archived && !is_record(endpoint) && !endpoint.data_store->can_archive();
  };
  const Services first = services_where([&](const auto& one) { return !is_record(one) && !is_last(one); });
  const Services last = services_where(is_last);
  const Services data = services_where([&](const auto& one) { return !is_record(one); });
  const Services record = services_where(is_record);
  using Phase = std::function<Progress()>;
  std::vector<Phase> phases;
  if (settings_.is_atomic) phases.emplace_back([&] { return atomic_.erase(first); });
  phases.emplace_back([&] { return rounds_.erase(first); });
  if (!last.empty()) {
    phases.emplace_back([&] { return rounds_.verify(first); });
    phases.emplace_back([&] { return rounds_.erase(last); });
  }
  if (TENURE_BUG("record.before_recount")) phases.emplace_back([&] { return rounds_.erase(record); });
  phases.emplace_back([&] {
    if (book_.state() == JobState::running) book_.advance(JobState::verifying);
    return rounds_.verify(data);
  });
  phases.emplace_back([&] {
    TENURE_FAILPOINT("record.before");
    return rounds_.erase(record);
  });
  phases.emplace_back([&] { return rounds_.verify(record); });
  for (const auto& phase : phases) {
    const auto asked = book_.checkpoint();
    if (asked.is_held || asked.is_cancel_requested) return Progress::stopped;
    if (const auto progress = phase(); progress != Progress::clean) return progress;
  }
  return Progress::clean;
}

bool TenantErasureRun::is_reversible() const {
  if (!book_.archive_key()) return false;
  return std::ranges::all_of(endpoints_, [&](const ServiceEndpoint& endpoint) {
    return endpoint.data_store->can_archive() || !book_.knows(endpoint.name) ||
           book_.step(endpoint.name).state == jobs::StepState::pending;
  });
}

Services TenantErasureRun::services_where(const std::function<bool(const ServiceEndpoint&)>& is_wanted) const {
  Services names;
  for (const auto& endpoint : endpoints_) {
    if (is_wanted(endpoint)) names.push_back(endpoint.name);
  }
  return names;
}

}  // namespace tenure::erasure
