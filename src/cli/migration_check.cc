#include "cli/migration_check.h"

#include <fmt/format.h>

#include "base/error.h"
#include "schemas/migrations/migration_set.h"

namespace tenure::cli {

std::optional<schemas::NeededVersions> needed_versions(const estate::Service& service) {
  const auto* database = std::get_if<estate::Database>(&service.source);
  if (database == nullptr || !database->isolation.migrations) return std::nullopt;
  try {
    const auto& folder = *database->isolation.migrations;
    schemas::NeededVersions needed{.shared = schemas::read_migrations(folder, schemas::Scope::shared).last()};
    if (database->isolation.model != estate::IsolationModel::rows) {
      needed.tenant = schemas::read_migrations(folder, schemas::Scope::tenant).last();
    }
    return needed;
  } catch (Error& error) {
    throw std::move(error).in("service " + service.name);
  }
}

std::optional<server::HealthCheck> migration_check(const estate::Service& service, pg::ConnectionSettings settings) {
  const auto needed = needed_versions(service);
  if (!needed) return std::nullopt;
  const auto pool = std::make_shared<pg::Pool>(std::move(settings), 1);
  return server::HealthCheck{service.name + " migrations", [pool, needed](const Call& call) {
                               const auto behind = schemas::count_behind(*pool->take(call), *needed);
                               if (behind == 0) return;
                               throw Error(ErrorCode::stale, fmt::format("{} schemas lack migrations", behind));
                             }};
}

}  // namespace tenure::cli
