#include "erasure/erase_tenant.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/failpoint.h"

namespace tenure::erasure {
namespace {

constexpr Milliseconds kLookupTimeout{15000};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

void require_confirmation(std::string_view tenant_name, std::string_view typed) {
  if (trimmed(typed).empty()) {
    throw Error(ErrorCode::invalid_argument, "confirm: type the tenant's name to confirm its erasure");
  }
  if (trimmed(typed) != trimmed(tenant_name)) {
    throw Error(ErrorCode::invalid_argument, "confirm: that is not the tenant's name");
  }
}

DeletionPreview EraseTenant::preview(const TenantId& tenant, const Call& call) const {
  const bool has_directory = directory_ != nullptr;
  auto name = has_directory ? directory_->find_name(tenant, call) : std::nullopt;
  DeletionPreview preview{.tenant = tenant,
                          .tenant_name = std::nullopt,
                          .services = preview_services(orchestrator_.endpoints(), tenant, call.stop, call.trace)};
  if (has_directory && !name && preview.is_complete() && preview.total_items() == 0) {
    throw Error(ErrorCode::not_found, fmt::format("tenant_id: there is no tenant {}", tenant.str()));
  }
  preview.tenant_name = std::move(name);
  if (orchestrator_.terms().archive_keys) preview.retention = orchestrator_.terms().retention;
  return preview;
}

// A tenant whose record is gone while its rows are not can still be erased: only then are the services asked.
std::optional<std::string> EraseTenant::name_of(const TenantId& tenant, const Call& call) const {
  if (directory_ == nullptr) return std::nullopt;
  if (auto name = directory_->find_name(tenant, call)) return name;
  return preview(tenant, call).tenant_name;
}

JobId EraseTenant::enqueue(const Order& order, const Call& call) {
  const auto prepared = prepare(order, call);
  try {
    const auto job = store_.enqueue(prepared);
    TENURE_FAILPOINT("enqueue.after");
    return job;
  } catch (const Error& error) {
    lower_fence_of_no_job(order.tenant, *prepared.id, error, call);
    throw;
  }
}

jobs::Job EraseTenant::run_to_end(const Order& order, const std::string& owner, const std::stop_token& stop,
                                  const ErasureListener& listener) {
  const Call call{Deadline::after(kLookupTimeout), stop};
  // Looked for first: the tenant record of a job that was orphaned at its very end is gone already.
  if (auto taken = orchestrator_.take_over(order.tenant, owner, stop, listener)) return *std::move(taken);
  return orchestrator_.run_to_end(enqueue(order, call), owner, stop, listener);
}

// A fence that names a job that is never made shuts the tenant's people out, and the sweep would make that job later,
// though the order was refused.
void EraseTenant::lower_fence_of_no_job(const TenantId& tenant, const JobId& job, const Error& refusal,
                                        const Call& call) {
  if (directory_ == nullptr) return;
  if (const auto active = store_.find_active(tenant)) {
    // Two orders at once both found no active job, and the other one was faster: the fence is its.
    directory_->begin_deletion(tenant, *active, call);
  } else if (refusal.code() == ErrorCode::conflict) {
    // A hold was placed behind the fence. Where the answer was lost instead, the job may be there.
    directory_->undo_deletion(tenant, job, call);
  }
}

jobs::NewJob EraseTenant::prepare(const Order& order, const Call& call) {
  jobs::NewJob job{.subject = order.tenant,
                   .tenant_name = name_of(order.tenant, call),
                   .initiated_by = order.initiated_by,
                   .services = orchestrator_.steps(SubjectKind::tenant),
                   .id = order.job.value_or(JobId::random()),
                   .run_at = order.run_at,
                   .priority = order.priority,
                   .by = order.by,
                   .trace = call.trace.value_or(TraceContext::start())};
  orchestrator_.terms().apply(job);
  // A fence raised for a job that is never made would have to be found and cleared; so what refuses it is looked for
  // first.
  jobs::require_priority(job.priority);
  store_.refuse_under_hold(order.tenant);
  const auto active = store_.find_active(order.tenant);
  if (active && active != job.id) throw jobs::already_active(order.tenant, *active);
  const bool waits = job.run_at.has_value() || job.needs_approval;
  if (directory_ != nullptr && !waits) {
    TENURE_FAILPOINT("fence.before");
    directory_->begin_deletion(order.tenant, *job.id, call);
    TENURE_FAILPOINT("fence.after");
  }
  return job;
}

}  // namespace tenure::erasure
