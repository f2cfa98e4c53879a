#include "cli/erasure_log.h"

#include "cli/log.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

void add(json& line, const std::optional<TenantId>& tenant, const std::optional<TraceContext>& trace) {
  if (tenant) line["tenant"] = tenant->str();
  if (trace) line["trace_id"] = trace->trace_id();
}

std::optional<TenantId> tenant_of(const Subject& subject) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  return tenant == nullptr ? std::nullopt : std::optional(*tenant);
}

}  // namespace

void ErasureLog::on_call_ended(const erasure::CallEnd& call) {
  const std::string_view good = call.is_unfinished ? "unfinished" : "done";
  json line = {{"event", "step"},
               {"job", call.job.str()},
               {"service", call.service},
               {"operation", erasure::to_string(call.operation)},
               {"outcome", call.failure ? erasure::to_string(*call.failure) : good},
               {"items", call.items},
               {"duration_ms", call.duration.count()}};
  add(line, call.tenant, call.trace);
  log_line(std::move(line));
}

void ErasureLog::on_job_changed(const erasure::JobChange& change) {
  json line = {{"event", "job"}, {"job", change.job.str()}, {"state", jobs::to_string(change.state)}};
  add(line, change.tenant, change.trace);
  log_line(std::move(line));
}

void ErasureLog::on_job_ended(const jobs::Job& job) {
  json line = {{"event", "job_ended"},
               {"job", job.id.str()},
               {"outcome", jobs::to_string(job.state)},
               {"items", job.total_items_deleted}};
  if (job.started_at && job.completed_at) {
    line["duration_ms"] = std::chrono::duration_cast<Milliseconds>(*job.completed_at - *job.started_at).count();
  }
  add(line, tenant_of(job.subject), job.trace);
  log_line(std::move(line));
}

void log_answer(const messaging::Responder::Answered& answered) {
  json line = {{"event", "answered"},
               {"service", answered.service},
               {"request", answered.request_id},
               {"operation", messaging::to_string(answered.request.operation)},
               {"outcome", answered.error ? to_string(*answered.error) : "done"},
               {"duration_ms", answered.duration.count()}};
  if (answered.request.job) line["job"] = answered.request.job->str();
  add(line, tenant_of(answered.request.subject), answered.trace);
  log_line(std::move(line));
}

}  // namespace tenure::cli
