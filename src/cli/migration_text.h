#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "schemas/migrations/migrator.h"

namespace tenure::cli {

/// {"shared": [{"schema", "kind", "from", "to"}], "tenant": […], "schemas", "behind"}
nlohmann::json plan_to_json(const schemas::MigratorSettings& settings, const schemas::MigrationPlan& plan);
/// {"outcome", "run_id", "up_to_date", "applied", "failed", …, "schemas": […], "duration"}
nlohmann::json run_to_json(const schemas::RunReport& report);

/// Of {"services": {name: plan or run}}.
std::string migration_plan_text(const nlohmann::json& body);
std::string migration_run_text(const nlohmann::json& body);

}  // namespace tenure::cli
