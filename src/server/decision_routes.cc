#include "server/decision_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "erasure/job_json.h"
#include "server/body.h"
#include "server/job_access.h"
#include "server/job_answer.h"
#include "server/order_terms.h"
#include "server/tenant_rules.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kLookupTimeout{15000};
constexpr Milliseconds kPreviewTimeout{60000};

JobId job_of(const Request& request) { return JobId::parse(request.path_parameter("job_id")); }

std::optional<UserId> person_of(const Request& request) {
  if (request.principal->is_service()) return std::nullopt;
  return request.principal->user();
}

/// The job as it is after a decision; with work to do for an orchestrator it is 202.
Response answer(const DecisionServices& services, const JobId& id, int status) {
  services.jobs.runner.wake();
  auto response = json_answer(status, erasure::job_to_json(services.jobs.store.get(id)));
  if (status == 202) response.headers["Location"] = fmt::format("/api/v1/auth/deletion-jobs/{}", id.str());
  return response;
}

Response order_tenant(const DecisionServices& services, const Request& request, const TenantId& tenant,
                      const OrderTerms& terms, const std::string& typed) {
  const auto call = request.call_within(kLookupTimeout);
  if (const auto person = person_of(request)) {
    const auto* tenancy = services.jobs.tenancy;
    if (!administers(tenancy, *person, tenant, call)) {
      throw Error(ErrorCode::forbidden, "tenant_id: only a tenant that the caller owns or administers");
    }
    if (auto refused = refuse_beside_other_admins(*tenancy, request, tenant, call)) return *refused;
    require_typed_name(*tenancy, request, tenant, typed, call);
  }
  return accepted(services.jobs.erase_tenant.enqueue({.tenant = tenant,
                                                      .initiated_by = person_of(request),
                                                      .run_at = terms.run_at,
                                                      .priority = terms.priority.value_or(0),
                                                      .by = actor_of(request)},
                                                     call));
}

Response order_user(const DecisionServices& services, const Request& request, const UserId& user,
                    const OrderTerms& terms) {
  if (!is_operator(request)) {
    throw Error(ErrorCode::forbidden, "user_id: only services and platform admins delete users");
  }
  return accepted(services.erase_user.enqueue({.user = user,
                                               .initiated_by = person_of(request),
                                               .run_at = terms.run_at,
                                               .priority = terms.priority.value_or(0),
                                               .by = actor_of(request)},
                                              request.call_within(kLookupTimeout)));
}

Response order(const DecisionServices& services, const Request& request) {
  Body body(request, {"tenant_id", "user_id", "run_at", "priority", "confirm"});
  const auto tenant = body.optional_text("tenant_id");
  const auto user = body.optional_text("user_id");
  const auto typed = body.optional_text("confirm").value_or("");
  const auto terms = order_terms_of(body, request);
  if (body.has("tenant_id") == body.has("user_id")) body.problem("tenant_id: give either that or user_id");
  body.check();
  auto response = tenant ? order_tenant(services, request, TenantId::parse(*tenant), terms, typed)
                         : order_user(services, request, UserId::parse(*user), terms);
  services.jobs.runner.wake();
  return response;
}

Response reschedule(const DecisionServices& services, const Request& request) {
  Body body(request, {"run_at", "priority"});
  const auto terms = order_terms_of(body, request);
  body.check();
  services.decisions.reschedule(job_of(request),
                                {.run_at = terms.run_at, .priority = terms.priority, .by = actor_of(request)});
  return answer(services, job_of(request), 200);
}

Response cancel(const DecisionServices& services, const Request& request) {
  Body(request, {}).check();
  const auto job = visible_job(services.jobs.store, services.jobs.tenancy, job_of(request), request);
  const auto* tenant = std::get_if<TenantId>(&job.subject);
  const auto call = request.call_within(kLookupTimeout);
  const bool may_decide =
      is_operator(request) ||
      (tenant != nullptr && administers(services.jobs.tenancy, request.principal->user(), *tenant, call));
  if (!may_decide) throw Error(ErrorCode::forbidden, "job_id: only the tenant's owner and admins cancel its deletion");
  const auto outcome = services.decisions.cancel(job.id, actor_of(request), call);
  return answer(services, job.id, outcome == jobs::Cancellation::cancelled ? 200 : 202);
}

Response approve(const DecisionServices& services, const Request& request) {
  const auto person = person_of(request);
  auto body = person ? Body(request, {"digest"}) : Body(request, {"digest", "approver"});
  const auto digest = body.text("digest");
  auto approver = person;
  if (!person) {
    approver = body.optional_user("approver");
    if (!body.has("approver")) body.problem("approver: missing");
  }
  body.check();
  services.decisions.approve(job_of(request), approver.value(), digest, request.call_within(kPreviewTimeout));
  return answer(services, job_of(request), 200);
}

Response retry(const DecisionServices& services, const Request& request) {
  Body(request, {}).check();
  services.decisions.retry(job_of(request), actor_of(request));
  return answer(services, job_of(request), 202);
}

Response restore(const DecisionServices& services, const Request& request) {
  Body(request, {}).check();
  services.decisions.restore(job_of(request), actor_of(request));
  return answer(services, job_of(request), 202);
}

Response transitions(const DecisionServices& services, const Request& request) {
  const auto job = visible_job(services.jobs.store, services.jobs.tenancy, job_of(request), request);
  return json_answer(200, erasure::transitions_to_json(services.jobs.store.transitions(job.id)));
}

}  // namespace

void add_decision_routes(Router& router, const DecisionServices& services) {
  const auto add = [&](const char* method, const char* part, Permission permission,
                       Response (*handler)(const DecisionServices&, const Request&)) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/auth/deletion-jobs") + part,
                .access = AccessRule::of(permission),
                .handler = [services, handler](const Request& request) {
                  request.allow_query({});
                  return handler(services, request);
                }});
  };
  add("POST", "", Permission::order_deletion, &order);
  add("POST", "/{job_id}/cancel", Permission::cancel_deletion, &cancel);
  add("POST", "/{job_id}/approve", Permission::approve_deletion, &approve);
  add("PATCH", "/{job_id}", Permission::steer_deletion, &reschedule);
  add("POST", "/{job_id}/retry", Permission::steer_deletion, &retry);
  add("POST", "/{job_id}/restore", Permission::steer_deletion, &restore);
  add("GET", "/{job_id}/transitions", Permission::read_deletion_jobs, &transitions);
}

}  // namespace tenure::server
