#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/estate_databases.h"
#include "cli/migration_text.h"
#include "cli/print.h"
#include "estate/notation.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

Milliseconds duration_of(const char* field, const std::string& text) {
  const auto duration = estate::parse_duration(text);
  if (!duration) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a duration such as 500ms, 30s or 5m", field));
  }
  return *duration;
}

schemas::MigrateOptions migrate_options(const Options& options) {
  const auto& arguments = options.migrate;
  schemas::MigrateOptions wanted{.shared = !arguments.only_tenants,
                                 .tenants = !arguments.only_shared,
                                 .schema = arguments.schema,
                                 .connections = arguments.connections,
                                 .error_budget = arguments.error_budget,
                                 .lock_timeout = duration_of("lock-timeout", arguments.lock_timeout),
                                 .lock_tries = arguments.lock_tries,
                                 .fake_initial = arguments.fake_initial,
                                 .is_trial = arguments.dry_run,
                                 .sample = arguments.sample,
                                 .take_back = !arguments.keep};
  if (!arguments.wait.empty()) wanted.patience = duration_of("wait", arguments.wait);
  return wanted;
}

/// The services whose migrations are in the estate, or those of them that are named.
std::vector<const estate::Service*> chosen_services(const estate::Estate& estate, const Options& options) {
  const auto has_migrations = [](const estate::Service& service) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    return database != nullptr && database->isolation.migrations;
  };
  std::vector<const estate::Service*> chosen;
  for (const auto& service : estate.services) {
    if (options.services.empty() && has_migrations(service)) chosen.push_back(&service);
  }
  for (const auto& name : options.services) {
    const auto* service = estate.find_service(name);
    if (service == nullptr)
      throw Error(ErrorCode::not_found, fmt::format("service {}: the estate has none of this name", name));
    if (!has_migrations(*service)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("service {}: has no isolation.migrations in the estate file", name));
    }
    chosen.push_back(service);
  }
  if (chosen.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "no service of the estate has isolation.migrations: there is nothing to migrate");
  }
  return chosen;
}

schemas::MigratorSettings settings_of(const EstateDatabases& databases, const estate::Service& service) {
  const auto& database = std::get<estate::Database>(service.source);
  try {
    return {.service = service.name,
            .database = databases.of(service, database),
            .isolation = database.isolation,
            .shared_schema = database.schemas.front(),
            .shared = schemas::read_migrations(*database.isolation.migrations, schemas::Scope::shared),
            .tenant = database.isolation.model == estate::IsolationModel::rows
                          ? schemas::MigrationSet()
                          : schemas::read_migrations(*database.isolation.migrations, schemas::Scope::tenant)};
  } catch (Error& error) {
    throw std::move(error).in("service " + service.name);
  }
}

int show_plans(const Options& options, const std::vector<schemas::MigratorSettings>& all) {
  json body{{"services", json::object()}};
  bool is_behind = false;
  for (const auto& settings : all) {
    const auto plan = schemas::Migrator(settings).plan(migrate_options(options), {});
    is_behind = is_behind || !plan.is_empty();
    body["services"][settings.service] = plan_to_json(settings, plan);
  }
  print(options, body, migration_plan_text);
  return options.migrate.check && is_behind ? 1 : 0;
}

int run_all(const Options& options, const std::vector<schemas::MigratorSettings>& all) {
  json body{{"services", json::object()}};
  bool is_success = true;
  for (const auto& settings : all) {
    const auto report = schemas::Migrator(settings).run(migrate_options(options), {});
    is_success = is_success && report.is_success();
    body["services"][settings.service] = run_to_json(report);
  }
  print(options, body, migration_run_text);
  return is_success ? 0 : 1;
}

}  // namespace

int migrate(const Options& options) {
  const EstateDatabases databases(assembly_settings(options));
  // All files are read before any database is changed.
  std::vector<schemas::MigratorSettings> all;
  for (const auto* service : chosen_services(databases.estate(), options))
    all.push_back(settings_of(databases, *service));
  const bool only_looks = options.migrate.check || options.migrate.plan;
  return only_looks ? show_plans(options, all) : run_all(options, all);
}

}  // namespace tenure::cli
