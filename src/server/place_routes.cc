#include "server/place_routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "schemas/databases/database_size.h"
#include "schemas/registry.h"
#include "schemas/schema_list.h"

namespace tenure::server {
namespace {

using nlohmann::json;
using Services = std::vector<PlacedService>;

// Of one service.
constexpr Milliseconds kTimeout{5000};

const char* text_of(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::rows:
      return "rows";
    case PlaceKind::schema:
      return "schema";
    case PlaceKind::database:
      return "database";
    case PlaceKind::files:
      return "files";
    case PlaceKind::remote:
      return "remote";
  }
  return "";
}

const char* text_of(schemas::DatabaseState state) {
  switch (state) {
    case schemas::DatabaseState::making:
      return "making";
    case schemas::DatabaseState::live:
      return "live";
    case schemas::DatabaseState::dropping:
      return "dropping";
  }
  return "";
}

/// All that is not known of a place, or does not apply to one of its kind.
json empty_place(const PlacedService& service) {
  return {
      {"service", service.name}, {"kind", text_of(service.kind)},
      {"is_known", true},        {"name", nullptr},
      {"state", nullptr},        {"is_there", nullptr},
      {"version", nullptr},      {"latest_version", service.latest_version ? json(*service.latest_version) : json()},
      {"migrated_at", nullptr},  {"tables", nullptr},
      {"bytes", nullptr}};
}

void look_at_shared(json& place, pg::Connection& connection, const PlacedService& service) {
  place["name"] = fmt::format("{}", fmt::join(service.shared, ", "));
  if (!service.latest_version || !schemas::has_registry(connection)) return;
  if (const auto shared = schemas::find_schema(connection, schemas::SchemaKind::shared)) {
    place["version"] = shared->version;
  }
}

void look_at_schema(json& place, pg::Connection& connection, const TenantId& tenant) {
  const auto found = schemas::find_listed_schema(connection, tenant);
  if (!found) return;
  place["name"] = found->name;
  place["state"] = found->state;
  place["is_there"] = found->is_there;
  place["version"] = found->version;
  if (found->migrated_at) place["migrated_at"] = to_rfc3339(*found->migrated_at);
  place["tables"] = found->tables;
  place["bytes"] = found->bytes;
}

void look_at_database(json& place, pg::Connection& connection, const PlacedService& service, const TenantId& tenant,
                      const Call& call) {
  if (!schemas::has_registry(connection)) return;
  const auto found = schemas::find_tenant_database(connection, tenant);
  if (!found) return;
  place["name"] = found->name;
  place["state"] = text_of(found->state);
  place["is_there"] = found->place().has_value();
  if (const auto size = schemas::measure(*service.database, *found, call)) {
    place["tables"] = size->tables;
    place["bytes"] = size->bytes;
  }
}

json place_in(const PlacedService& service, const TenantId& tenant, const Call& call) {
  auto place = empty_place(service);
  if (!service.database) return place;
  try {
    auto connection = pg::Connection::open(*service.database, call);
    connection.bind(call);
    if (service.kind == PlaceKind::rows) look_at_shared(place, connection, service);
    if (service.kind == PlaceKind::schema) look_at_schema(place, connection, tenant);
    if (service.kind == PlaceKind::database) look_at_database(place, connection, service, tenant, call);
  } catch (const Error&) {
    place["is_known"] = false;
  }
  return place;
}

Response show_places(const Services& services, const Request& request) {
  request.allow_query({});
  const auto tenant = TenantId::parse(request.path_parameter("tenant_id"));
  json places = json::array();
  for (const auto& service : services) places.push_back(place_in(service, tenant, request.call_within(kTimeout)));
  return json_answer(200, {{"places", std::move(places)}});
}

}  // namespace

void add_place_routes(Router& router, std::vector<PlacedService> services) {
  const auto shared = std::make_shared<const Services>(std::move(services));
  router.add({.method = "GET",
              .pattern = "/api/v1/tenants/{tenant_id}/places",
              .access = AccessRule::of(Permission::read_schemas),
              .handler = [shared](const Request& request) { return show_places(*shared, request); }});
}

}  // namespace tenure::server
