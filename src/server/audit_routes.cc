#include "server/audit_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/body.h"

namespace tenure::server {
namespace {

using nlohmann::json;

constexpr Milliseconds kTimeout{15000};

json text_or_null(const std::optional<std::string>& text) { return text ? json(*text) : json(); }

std::string time_text(std::int64_t micros) {
  return to_rfc3339(WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(micros))));
}

json checkpoint_to_json(const std::optional<audit::Checkpoint>& checkpoint) {
  if (!checkpoint) return nullptr;
  return {{"sequence", checkpoint->head.sequence},
          {"hash", checkpoint->head.hash},
          {"at", time_text(checkpoint->micros)},
          {"key_id", checkpoint->key_id}};
}

json entry_to_json(const audit::Entry& entry) {
  const auto kind = std::string(to_string(entry.actor_kind));
  return {{"sequence", entry.sequence},
          {"at", time_text(entry.micros)},
          {"action", audit::to_string(entry.action)},
          {"actor", entry.actor ? fmt::format("{}/{}", kind, entry.actor->str()) : kind},
          {"tenant", text_or_null(entry.tenant)},
          {"person", text_or_null(entry.person)},
          {"job_id", entry.job ? json(entry.job->str()) : json()},
          {"hash", entry.hash}};
}

Response list(audit::Keeper& log, const Request& request) {
  request.allow_query({"tenant_id", "job_id", "since", "limit", "cursor"});
  audit::EntryFilter filter{.limit = request.query_integer("limit", 100), .cursor = request.query_value("cursor")};
  std::optional<TenantId> tenant;
  if (const auto id = request.query_value("tenant_id")) tenant = TenantId::parse(*id);
  if (const auto id = request.query_value("job_id")) filter.job = JobId::parse(*id);
  if (const auto since = request.query_value("since")) {
    filter.since = parse_time(*since);
    if (!filter.since) throw Error(ErrorCode::invalid_argument, "since: not a time of RFC 3339 with its zone");
  }
  const auto call = request.call_within(kTimeout);
  const auto page = log.list(filter, tenant, call);
  json entries = json::array();
  for (const auto& entry : page.entries) entries.push_back(entry_to_json(entry));
  return json_answer(200, {{"entries", std::move(entries)},
                           {"checkpoint", checkpoint_to_json(log.last_checkpoint(call))},
                           {"next_cursor", page.next.empty() ? json() : json(page.next)}});
}

}  // namespace

void add_audit_routes(Router& router, AuditLog log) {
  router.add({.method = "GET",
              .pattern = "/api/v1/audit",
              .access = AccessRule::of(Permission::read_audit),
              .handler = [log = std::move(log)](const Request& request) { return list(log(), request); }});
}

}  // namespace tenure::server
