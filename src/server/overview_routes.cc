#include "server/overview_routes.h"

#include <nlohmann/json.hpp>

#include "erasure/job_json.h"
#include "jobs/overview.h"

namespace tenure::server {
namespace {

using nlohmann::json;

double seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000.0; }

json ended_to_json(const jobs::EndedJobs& ended) {
  const auto decided = ended.completed + ended.failed;
  return {{"completed", ended.completed},
          {"failed", ended.failed},
          {"taken_back", ended.taken_back},
          {"cancelled", ended.cancelled},
          {"items_deleted", ended.items},
          {"success_rate",
           decided == 0 ? json() : json(static_cast<double>(ended.completed) / static_cast<double>(decided))},
          {"average_duration", ended.average_duration ? json(seconds(*ended.average_duration)) : json()}};
}

json failure_to_json(const jobs::FailedJob& failed) {
  const bool is_tenant = kind_of(failed.subject) == SubjectKind::tenant;
  return {{"job_id", failed.job.str()},
          {"tenant_id", is_tenant ? json(id_of(failed.subject)) : json()},
          {"user_id", is_tenant ? json() : json(id_of(failed.subject))},
          {"tenant_name", failed.tenant_name ? json(*failed.tenant_name) : json()},
          {"status", jobs::to_string(failed.state)},
          {"errors", failed.errors},
          {"all_errors", failed.all_errors},
          {"completed_at", to_rfc3339(failed.completed_at)}};
}

json overview_to_json(const jobs::Overview& overview, int days) {
  json hours = json::array();
  for (const auto& hour : overview.hours) hours.push_back({{"completed", hour.completed}, {"failed", hour.failed}});
  json services = json::array();
  for (const auto& service : overview.services) {
    services.push_back({{"service", service.service},
                        {"average_items", service.items},
                        {"most_items", service.most_items},
                        {"average_duration", seconds(service.duration)}});
  }
  json failures = json::array();
  for (const auto& failure : overview.failures) failures.push_back(failure_to_json(failure));
  auto last_day = ended_to_json(overview.last_day);
  last_day["hours"] = std::move(hours);
  auto window = ended_to_json(overview.window);
  window["days"] = days;
  window["services"] = std::move(services);
  return {{"open", overview.open},
          {"legal_holds", overview.legal_holds},
          {"last_24_hours", std::move(last_day)},
          {"window", std::move(window)},
          {"failures", std::move(failures)}};
}

json entry_to_json(const jobs::HistoryEntry& entry) {
  auto body = erasure::transition_to_json(entry.change);
  const bool is_tenant = kind_of(entry.change.subject) == SubjectKind::tenant;
  body["job_id"] = entry.change.job.str();
  body["tenant_id"] = is_tenant ? json(id_of(entry.change.subject)) : json();
  body["user_id"] = is_tenant ? json() : json(id_of(entry.change.subject));
  body["tenant_name"] = entry.tenant_name ? json(*entry.tenant_name) : json();
  return body;
}

}  // namespace

void add_overview_routes(Router& router, pg::Pool& control) {
  constexpr int kDays = 7;
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/deletion-overview",
              .access = AccessRule::of(Permission::read_overview),
              .handler = [&control](const Request& request) {
                request.allow_query({"days"});
                const int days = request.query_integer("days", kDays);
                return json_answer(200, overview_to_json(jobs::read_overview(control, days), days));
              }});
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/deletion-history",
              .access = AccessRule::of(Permission::read_overview),
              .handler = [&control](const Request& request) {
                request.allow_query({"limit", "cursor"});
                const auto page =
                    jobs::read_history(control, request.query_integer("limit", 100), request.query_value("cursor"));
                json entries = json::array();
                for (const auto& entry : page.entries) entries.push_back(entry_to_json(entry));
                return json_answer(200, {{"transitions", std::move(entries)},
                                         {"next_cursor", page.next.empty() ? json() : json(page.next)}});
              }});
}

}  // namespace tenure::server
