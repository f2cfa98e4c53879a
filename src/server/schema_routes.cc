#include "server/schema_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/base64url.h"
#include "base/error.h"
#include "schemas/drift/drift.h"
#include "schemas/run_list.h"
#include "schemas/schema_list.h"

namespace tenure::server {
namespace {

using nlohmann::json;
using Services = std::vector<SchemaService>;

constexpr Milliseconds kListTimeout{15000};
constexpr Milliseconds kDriftTimeout{60000};
// A page shows what differs; `tenure schema diff` prints all of it.
constexpr std::size_t kMostDifferences = 50;
constexpr std::size_t kMostNames = 50;

const SchemaService& service_of(const Services& services, const Request& request) {
  const auto& name = request.path_parameter("service");
  const auto found = std::ranges::find(services, name, &SchemaService::name);
  if (found == services.end()) throw Error(ErrorCode::not_found, "service: none of this name has a schema a tenant");
  return *found;
}

json service_to_json(const SchemaService& service) {
  return {{"service", service.name},
          {"latest_version", service.latest_version ? json(*service.latest_version) : json()}};
}

json schema_to_json(const schemas::ListedSchema& schema) {
  return {{"name", schema.name},
          {"kind", schema.kind},
          {"state", schema.state},
          {"tenant_id", schema.tenant ? json(schema.tenant->str()) : json()},
          {"tenant_name", schema.tenant_name ? json(*schema.tenant_name) : json()},
          {"version", schema.version},
          {"migrated_at", schema.migrated_at ? json(to_rfc3339(*schema.migrated_at)) : json()},
          {"is_there", schema.is_there},
          {"tables", schema.tables},
          {"bytes", schema.bytes}};
}

json run_to_json(const schemas::ListedRun& run) {
  const auto number = [](const std::optional<std::int64_t>& value) { return value ? json(*value) : json(); };
  return {{"run", run.id},
          {"owner", run.owner},
          {"started_at", to_rfc3339(run.started_at)},
          {"finished_at", run.finished_at ? json(to_rfc3339(*run.finished_at)) : json()},
          {"outcome", run.outcome},
          {"behind", number(run.behind)},
          {"shared_version", number(run.shared_version)},
          {"tenant_version", number(run.tenant_version)},
          {"done", run.done},
          {"failed", run.failed},
          {"rolled_back", run.rolled_back},
          {"cause", run.cause ? json(*run.cause) : json()}};
}

template <class List>
json first_of(const List& list, std::size_t most) {
  return json(List(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(std::min(most, list.size()))));
}

json group_to_json(const schemas::DriftGroup& group) {
  json differences = json::array();
  for (const auto& difference : group.differences) {
    if (differences.size() == kMostDifferences) break;
    differences.push_back({{"what", schemas::to_string(difference.what)},
                           {"kind", difference.kind},
                           {"name", difference.name},
                           {"here", difference.here},
                           {"reference", difference.reference}});
  }
  return {{"schemas", first_of(group.schemas, kMostNames)},
          {"all_schemas", group.schemas.size()},
          {"version", group.version},
          {"is_behind", group.is_behind},
          {"differences", std::move(differences)},
          {"all_differences", group.differences.size()}};
}

json drift_to_json(const schemas::DriftReport& report) {
  json groups = json::array();
  for (const auto& group : report.groups) groups.push_back(group_to_json(group));
  return {{"reference", report.reference},
          {"version", report.version},
          {"schemas", report.schemas},
          {"has_drift", report.has_drift()},
          {"groups", std::move(groups)},
          {"removed", first_of(report.removed, kMostNames)},
          {"created", first_of(report.created, kMostNames)},
          {"dropping", first_of(report.dropping, kMostNames)}};
}

Response list_services(const Services& services, const Request& request) {
  request.allow_query({});
  json list = json::array();
  for (const auto& service : services) list.push_back(service_to_json(service));
  return json_answer(200, {{"services", std::move(list)}});
}

/// What the cursor of a page holds; nothing for the first one.
std::optional<std::string> place_in_list(const Request& request) {
  const auto cursor = request.query_value("cursor");
  if (!cursor) return std::nullopt;
  auto place = from_base64url(*cursor);
  if (!place) throw Error(ErrorCode::invalid_argument, "cursor: not one that a list returned");
  return place;
}

pg::Connection open(const SchemaService& service, const Call& call) {
  auto connection = pg::Connection::open(service.database, call);
  connection.bind(call);
  return connection;
}

Response list_schemas(const Services& services, const Request& request) {
  request.allow_query({"limit", "cursor"});
  const auto& service = service_of(services, request);
  const auto after = place_in_list(request);
  auto connection = open(service, request.call_within(kListTimeout));
  const auto page = schemas::list_schemas(connection, request.query_integer("limit", 100), after);
  auto body = service_to_json(service);
  body["schemas"] = json::array();
  for (const auto& schema : page.schemas) body["schemas"].push_back(schema_to_json(schema));
  body["next_cursor"] = page.next.empty() ? json() : json(to_base64url(page.next));
  return json_answer(200, body);
}

Response list_runs(const Services& services, const Request& request) {
  request.allow_query({"limit", "cursor"});
  const auto& service = service_of(services, request);
  std::optional<std::int64_t> after;
  if (const auto place = place_in_list(request)) {
    const auto read = std::from_chars(place->data(), place->data() + place->size(), after.emplace());
    if (read.ec != std::errc() || read.ptr != place->data() + place->size()) {
      throw Error(ErrorCode::invalid_argument, "cursor: not one that a list returned");
    }
  }
  auto connection = open(service, request.call_within(kListTimeout));
  const auto page = schemas::list_runs(connection, request.query_integer("limit", 100), after);
  json runs = json::array();
  for (const auto& run : page.runs) runs.push_back(run_to_json(run));
  return json_answer(200, {{"service", service.name},
                           {"runs", std::move(runs)},
                           {"next_cursor", page.next ? json(to_base64url(std::to_string(*page.next))) : json()}});
}

Response show_drift(const Services& services, const Request& request) {
  request.allow_query({});
  const auto& service = service_of(services, request);
  const auto call = request.call_within(kDriftTimeout);
  return json_answer(200, drift_to_json(schemas::find_drift(service.database, service.shared, "", call)));
}

}  // namespace

void add_schema_routes(Router& router, std::vector<SchemaService> services) {
  const auto shared = std::make_shared<const Services>(std::move(services));
  const auto add = [&](const char* pattern, Response (*handler)(const Services&, const Request&)) {
    router.add({.method = "GET",
                .pattern = pattern,
                .access = AccessRule::of(Permission::read_schemas),
                .handler = [shared, handler](const Request& request) { return handler(*shared, request); }});
  };
  add("/api/v1/schemas", &list_services);
  add("/api/v1/schemas/{service}", &list_schemas);
  add("/api/v1/schemas/{service}/runs", &list_runs);
  add("/api/v1/schemas/{service}/drift", &show_drift);
}

}  // namespace tenure::server
