#include "cli/command_table.h"
#include "cli/commands.h"

namespace tenure::cli {
namespace {

void add_migrate(CommandTable& table) {
  auto& options = table.options();
  auto& arguments = options.migrate;
  auto& command = table.add_on_estate(table.root(), "migrate",
                                      "Bring every schema up to date: the shared one, then every tenant's", &migrate);
  table.add_json(command);
  command.add_option("--service", options.services, "Only this service's; repeatable");
  auto* shared = command.add_flag("--shared", arguments.only_shared, "Only what all tenants share");
  command.add_flag("--tenant", arguments.only_tenants, "Only the tenants' schemas")->excludes(shared);
  command.add_option("--schema", arguments.schema, "Only this tenant's schema")->excludes(shared);
  auto* check = command.add_flag("--check", arguments.check, "Change nothing; exit status 1 when something is behind");
  auto* plan =
      command.add_flag("--plan", arguments.plan, "Change nothing; show what would be applied")->excludes(check);
  auto* trial = command.add_flag("--dry-run", arguments.dry_run, "Execute everything, then roll it back");
  trial->excludes(check)->excludes(plan);
  command.add_option("--sample", arguments.sample, "With --dry-run: on so many tenants only")
      ->needs(trial)
      ->check(CLI::PositiveNumber);
  command.add_flag("--fake-initial", arguments.fake_initial,
                   "Record the first migration as applied where its tables are there already");
  command.add_flag("--keep", arguments.keep, "When the run fails, leave what it changed as it is");
  command.add_option("--backup", arguments.backup, "Back schemas up before: never, where-needed or always")
      ->check(CLI::IsMember({"never", "where-needed", "always"}))
      ->capture_default_str();
  command.add_option("--backups", arguments.backups, "The folder for that; \"backups\" in the state folder by default");
  command.add_option("--connections", arguments.connections, "Schemas at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--error-budget", arguments.error_budget, "So many schemas may fail before the run stops")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--lock-timeout", arguments.lock_timeout, "How long a statement waits for a lock")
      ->capture_default_str();
  command.add_option("--lock-tries", arguments.lock_tries, "How often a schema is tried that is locked")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--wait", arguments.wait, "How long to wait for another run to end: 30s, 5m");
}

void add_service(CommandTable& table, CLI::App& command) {
  command.add_option("--service", table.options().services, "Only this service's; repeatable");
}

void add_backups(CommandTable& table, CLI::App& schema) {
  auto& options = table.options();
  auto& backup = table.add_on_estate(schema, "backup", "Write a tenant's schema into a file", &back_up_schema);
  backup.add_option("schema", options.schema, "Its name, or the tenant's id")->required();
  auto& restore = table.add_on_estate(schema, "restore", "Put a schema back as a backup has it", &restore_schema);
  auto& prove = table.add_on_estate(schema, "prove", "Restore a backup, compare, and roll that back", &prove_backup);
  for (auto* command : {&backup, &restore, &prove}) {
    table.add_json(*command);
    add_service(table, *command);
    command->add_option("file", options.file, "The backup")->required();
  }
  auto* as = restore.add_option("--as", options.as, "Under this name, beside the tenant's own, for a look");
  restore.add_flag("--replace", options.replaces, "Drop the schema that is there")->excludes(as);
}

void add_move(CommandTable& table, CLI::App& schema) {
  auto& options = table.options();
  auto& move = table.add_on_estate(
      schema, "move", "Move a suspended tenant's rows into a schema of its own, or back among all tenants'",
      &move_tenant);
  table.add_json(move);
  add_service(table, move);
  move.add_option("tenant", options.tenant, "The tenant's UUID")->required();
  move.add_option("--to", options.to, "schema or rows")->required()->check(CLI::IsMember({"schema", "rows"}));
  move.add_flag("--dry-run", options.is_trial, "Move and compare everything, then roll it back");
}

void add_schemas(CommandTable& table) {
  auto& schema = CommandTable::add_group(table.root(), "schema", "The schemas of tenants");
  auto& diff = table.add_on_estate(schema, "diff", "Compare every schema with the reference; exit status 1 on drift",
                                   &diff_schemas);
  table.add_json(diff);
  add_service(table, diff);
  diff.add_option("--schema", table.options().migrate.schema, "Only this one");
  add_backups(table, schema);
  add_move(table, schema);
  auto& fill = table.add_on_estate(schema, "fill", "Make schemas beforehand, as `ready` says", &fill_pools);
  table.add_json(fill);
}

}  // namespace

void add_schema_commands(CommandTable& table) {
  add_migrate(table);
  add_schemas(table);
}

}  // namespace tenure::cli
