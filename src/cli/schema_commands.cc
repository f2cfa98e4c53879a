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

}  // namespace

void add_schema_commands(CommandTable& table) { add_migrate(table); }

}  // namespace tenure::cli
