#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/estate_databases.h"
#include "cli/migrated_services.h"
#include "cli/migration_notices.h"
#include "cli/migration_text.h"
#include "cli/print.h"
#include "cli/super_tenant.h"
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

schemas::BackupPolicy backup_policy(const std::string& word) {
  if (word == "never") return schemas::BackupPolicy::never;
  return word == "always" ? schemas::BackupPolicy::always : schemas::BackupPolicy::where_needed;
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
                                 .take_back = !arguments.keep,
                                 .backup = backup_policy(arguments.backup),
                                 .backups = arguments.backups.empty() ? std::filesystem::path(options.state) / "backups"
                                                                      : std::filesystem::path(arguments.backups)};
  if (!arguments.wait.empty()) wanted.patience = duration_of("wait", arguments.wait);
  return wanted;
}

schemas::MigratorSettings settings_of(const EstateDatabases& databases, const estate::Service& service) {
  const auto& database = std::get<estate::Database>(service.source);
  schemas::MigratorSettings settings;
  settings.service = service.name;
  settings.database = databases.of(service, database);
  settings.isolation = database.isolation;
  settings.shared_schema = database.schemas.front();
  try {
    settings.shared = schemas::read_migrations(*database.isolation.migrations, schemas::Scope::shared);
    if (database.isolation.model == estate::IsolationModel::rows) return settings;
    settings.tenant = schemas::read_migrations(*database.isolation.migrations, schemas::Scope::tenant);
    return settings;
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

/// However a run ends, the command waits until people have been told.
struct FlushAtTheEnd {
  notifications::Notifier& notifier;
  ~FlushAtTheEnd() { notifier.flush(); }
};

schemas::RunReport run_one(const Options& options, const schemas::MigratorSettings& settings,
                           MigrationNotices& notices) {
  // A trial changes nothing, so nobody is told of it.
  schemas::Migrator migrator(settings, options.migrate.dry_run ? nullptr : &notices);
  try {
    return migrator.run(migrate_options(options), {});
  } catch (const Error& error) {
    if (!options.migrate.dry_run) notices.on_broken_off(settings.service, error.what());
    throw;
  }
}

int run_all(const Options& options, const std::vector<schemas::MigratorSettings>& all, const estate::Estate& estate) {
  json body{{"services", json::object()}};
  bool is_success = true;
  const auto notifier = make_notifier(estate.notifications);
  MigrationNotices notices(*notifier, estate.name, options.environment);
  const FlushAtTheEnd flush{*notifier};
  for (const auto& settings : all) {
    const auto report = run_one(options, settings, notices);
    is_success = is_success && report.is_success();
    body["services"][settings.service] = run_to_json(report);
  }
  print(options, body, migration_run_text);
  return is_success ? 0 : 1;
}

/// All three steps of spec D2.
bool is_whole_run(const Options& options) {
  const auto& arguments = options.migrate;
  return !arguments.only_shared && !arguments.only_tenants && !arguments.schema && !arguments.dry_run &&
         options.services.empty();
}

/// False too where there can be none.
bool lacks_super_tenant(const estate::Estate& estate, const std::vector<schemas::MigratorSettings>& all) {
  if (!can_have_super_tenant(estate)) return false;
  return std::any_of(all.begin(), all.end(), [](const schemas::MigratorSettings& settings) {
    if (settings.isolation.model != estate::IsolationModel::schema) return false;
    auto connection = pg::Connection::open(settings.database);
    return !schemas::find_schema(connection, schemas::SchemaKind::super_tenant);
  });
}

}  // namespace

int migrate(const Options& options) {
  int status = 0;
  bool wants_super_tenant = false;
  {
    const EstateDatabases databases(assembly_settings(options));
    // All files are read before any database is changed.
    std::vector<schemas::MigratorSettings> all;
    for (const auto* service : services_with_migrations(databases.estate(), options))
      all.push_back(settings_of(databases, *service));
    if (options.migrate.check || options.migrate.plan) return show_plans(options, all);
    status = run_all(options, all, databases.estate());
    wants_super_tenant = status == 0 && is_whole_run(options) && lacks_super_tenant(databases.estate(), all);
  }
  // The second of the three steps; from its second time on the super tenant's schema is migrated like any other.
  if (wants_super_tenant) {
    Assembly assembly(assembly_settings(options));
    ensure_super_tenant(assembly, super_tenant_terms(options, assembly.estate()));
  }
  return status;
}

}  // namespace tenure::cli
