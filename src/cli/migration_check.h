#pragma once

#include <memory>
#include <optional>
#include <string>

#include "estate/estate.h"
#include "pg/pool.h"
#include "schemas/lag.h"
#include "server/health_routes.h"

namespace tenure::cli {

/// What the migrations of a service, as its files are now, need to have been applied; nothing for a service that has
/// none.
/// @throws Error(invalid_argument) when the files cannot be read.
std::optional<schemas::NeededVersions> needed_versions(const estate::Service& service);

/// Whether the migrations of a service are applied (spec D11), by the files as they are now; they are not read again.
/// Nothing for a service that has none. @throws Error(invalid_argument) when the files cannot be read.
std::optional<server::HealthCheck> migration_check(const estate::Service& service, pg::ConnectionSettings database);

}  // namespace tenure::cli
