#include "server/schema_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/base64url.h"
#include "base/error.h"
#include "schemas/drift/drift.h"
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

Response list_schemas(const Services& services, const Request& request) {
  request.allow_query({"limit", "cursor"});
  const auto& service = service_of(services, request);
  std::optional<std::string> after;
  if (const auto cursor = request.query_value("cursor")) {
    after = from_base64url(*cursor);
    if (!after) throw Error(ErrorCode::invalid_argument, "cursor: not one that a list returned");
  }
  auto connection = pg::Connection::open(service.database, request.call_within(kListTimeout));
  connection.bind(request.call_within(kListTimeout));
  const auto page = schemas::list_schemas(connection, request.query_integer("limit", 100), after);
  auto body = service_to_json(service);
  body["schemas"] = json::array();
  for (const auto& schema : page.schemas) body["schemas"].push_back(schema_to_json(schema));
  body["next_cursor"] = page.next.empty() ? json() : json(to_base64url(page.next));
  return json_answer(200, body);
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
  add("/api/v1/schemas/{service}/drift", &show_drift);
}

}  // namespace tenure::server
