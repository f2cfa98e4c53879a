#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/settings.h"
#include "server/router.h"

namespace tenure::server {

/// How a service of the estate keeps tenants apart; `files` and `remote` have no database here.
enum class PlaceKind { rows, schema, database, files, remote };

/// A service of the estate, as one that a tenant has data in.
struct PlacedService {
  std::string name;
  PlaceKind kind = PlaceKind::rows;
  std::optional<pg::ConnectionSettings> database;
  std::vector<std::string> shared;    ///< schemas that all tenants share
  std::optional<int> latest_version;  ///< of the migrations of what the tenant's rows are in, by the files there are
};

/// Where a tenant's data is, for operators (spec D14); the SQL is of the services' own databases, one after the other:
///
///     GET /api/v1/tenants/{tenant_id}/places    by service: how it is kept apart, schema or database, version, size
///
/// What cannot be looked at now is not known, and hides nothing of the others.
void add_place_routes(Router& router, std::vector<PlacedService> services);

}  // namespace tenure::server
