#pragma once

#include <vector>

#include "cli/estate_databases.h"
#include "cli/options.h"
#include "estate/estate.h"

namespace tenure::cli {

/// The services whose migrations are in the estate, or those of them that --service names. @throws Error(not_found) or
/// Error(invalid_argument) naming one that is none; Error(invalid_argument) when there is none at all.
std::vector<const estate::Service*> services_with_migrations(const estate::Estate& estate, const Options& options);
/// Likewise, those whose tenants have a schema each.
std::vector<const estate::Service*> services_with_schemas(const estate::Estate& estate, const Options& options);
/// The one of these that is meant. @throws likewise; Error(invalid_argument) when there are several.
const estate::Service& only_service_with_schemas(const estate::Estate& estate, const Options& options);

}  // namespace tenure::cli
