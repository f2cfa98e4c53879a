#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/settings.h"
#include "server/router.h"

namespace tenure::server {

/// A service whose tenants have a schema each.
struct SchemaService {
  std::string name;
  pg::ConnectionSettings database;
  std::vector<std::string> shared;    ///< schemas that all tenants share
  std::optional<int> latest_version;  ///< of the tenants' migrations that this process has the files of
};

/// Tenants' schemas, for operators (spec D14); the SQL is of the service's own database:
///
///     GET /api/v1/schemas                            the services that have any
///     GET /api/v1/schemas/{service}?limit&cursor     version, number of tables and size of each schema, by name
///     GET /api/v1/schemas/{service}/runs?limit&cursor      runs of migrations, newest first: how each ended, and why
///     GET /api/v1/schemas/{service}/drift            what is not like the reference, in one scan of the catalog
void add_schema_routes(Router& router, std::vector<SchemaService> services);

}  // namespace tenure::server
