#include "schemas/migrations/migrator.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "schemas/migrations/lease.h"
#include "schemas/migrations/run.h"
#include "schemas/migrations/run_backups.h"
#include "schemas/migrations/surveyor.h"
#include "schemas/migrations/way_back.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

/// "db1/4711": who has the lease, for people.
std::string owner_of_this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}/{}", host.data(), ::getpid());
}

/// The reference, and then as many of the others as a sample has, taken evenly.
std::vector<SchemaRecord> sampled(std::vector<SchemaRecord> schemas, std::optional<int> sample) {
  const auto wanted = static_cast<std::size_t>(sample.value_or(0));
  if (!sample || schemas.size() <= wanted) return schemas;
  std::vector<SchemaRecord> chosen;
  for (std::size_t at = 0; at < wanted; ++at) chosen.push_back(schemas[at * schemas.size() / wanted]);
  return chosen;
}

std::vector<SchemaRecord> take_reference(std::vector<SchemaRecord>& schemas) {
  std::vector<SchemaRecord> reference;
  if (!schemas.empty() && schemas.front().kind == SchemaKind::reference) {
    reference.push_back(std::move(schemas.front()));
    schemas.erase(schemas.begin());
  }
  return reference;
}

RunOutcome outcome_of(const MigrationRun& run, bool went_through, const Call& call) {
  if (call.stop.stop_requested()) return RunOutcome::interrupted;
  if (!went_through) return RunOutcome::failed;
  return run.failures() > 0 ? RunOutcome::completed_with_failures : RunOutcome::completed;
}

std::int64_t begin(pg::Connection& connection, const std::string& owner, const MigratorSettings& settings,
                   const MigrationPlan& plan) {
  const auto version_of = [](const Survey& survey, const MigrationSet& migrations) {
    return survey.behind.empty() ? std::nullopt : std::optional(std::int64_t{migrations.last()});
  };
  return connection
      .exec(sql::kBeginRun, pg::Params(owner, plan.behind(), version_of(plan.shared, settings.shared),
                                       version_of(plan.tenant, settings.tenant)))
      .int64(0, 0);
}

/// Of its first failure; nothing for a run that went well.
std::optional<std::string> cause_of(const RunReport& report) {
  const auto failed = std::ranges::find(report.schemas, SchemaOutcome::failed, &SchemaReport::outcome);
  if (failed != report.schemas.end()) return fmt::format("{}: {}", failed->schema.name, failed->why);
  if (report.outcome == RunOutcome::interrupted) return "it was asked to stop";
  return std::nullopt;
}

void finish(pg::Connection& connection, std::int64_t run, const RunReport& report) {
  const auto outcome = report.is_success()                         ? "completed"
                       : report.outcome == RunOutcome::rolled_back ? "rolled_back"
                                                                   : "failed";
  connection.exec(
      sql::kFinishRun,
      pg::Params(run, outcome, report.count(SchemaOutcome::applied) + report.count(SchemaOutcome::faked),
                 report.count(SchemaOutcome::failed), report.count(SchemaOutcome::rolled_back), cause_of(report)));
}

}  // namespace

Migrator::Migrator(MigratorSettings settings, MigrationListener* listener)
    : settings_(std::move(settings)), listener_(listener == nullptr ? silent_ : *listener) {}

MigrationPlan Migrator::plan(const MigrateOptions& options, const Call& call) const {
  auto connection = pg::Connection::open(settings_.database, call);
  return Surveyor(settings_, options, connection).plan();
}

RunReport Migrator::run(const MigrateOptions& options, const Call& call) {
  const auto start = std::chrono::steady_clock::now();
  auto connection = pg::Connection::open(settings_.database, call);
  const Surveyor surveyor(settings_, options, connection);
  if (!options.is_trial) make_missing(connection, surveyor);
  auto plan = surveyor.plan();
  RunReport report;
  report.up_to_date = plan.shared.total + plan.tenant.total - plan.behind();
  if (!plan.is_empty()) run_plan(connection, surveyor, std::move(plan), options, report, call);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  listener_.on_finished(settings_.service, report);
  return report;
}

void Migrator::make_missing(pg::Connection& connection, const Surveyor& surveyor) const {
  install_registry(connection);
  if (surveyor.wants_shared()) ensure_schema(connection, SchemaKind::shared, settings_.shared_schema);
  if (surveyor.wants_tenants()) ensure_schema(connection, SchemaKind::reference, settings_.isolation.reference);
}

void Migrator::run_plan(pg::Connection& connection, const Surveyor& surveyor, MigrationPlan plan,
                        const MigrateOptions& options, RunReport& report, const Call& call) {
  const auto owner = owner_of_this_process();
  std::unique_ptr<MigrationLease> lease;
  if (has_registry(connection)) {
    lease = MigrationLease::acquire(settings_.database, owner, options.patience, call);
    // The run that had it may have done all of this, or more than these files know.
    plan = surveyor.plan();
    report.up_to_date = plan.shared.total + plan.tenant.total - plan.behind();
    if (plan.is_empty()) return;
  }
  if (!options.is_trial) report.run = begin(connection, owner, settings_, plan);
  const auto behind = plan.behind();
  listener_.on_started({.service = settings_.service, .run = report.run.value_or(0), .behind = behind});
  MigrationRun run(settings_, options, listener_, report.run, lease ? std::optional(lease->epoch()) : std::nullopt,
                   behind);
  const auto shared = plan.shared.behind;
  // Whatever the error budget: what all tenants need must be there.
  auto went_through = run.migrate(std::move(plan.shared.behind), Scope::shared, call) && run.failures() == 0;
  if (options.is_trial && !shared.empty()) run.try_first(shared.front());
  if (went_through) {
    auto reference = take_reference(plan.tenant.behind);
    went_through = run.migrate(std::move(reference), Scope::tenant, call) && run.failures() == 0;
  }
  if (went_through && lease) {
    // Tenants may have come while the reference was migrated.
    auto others = surveyor.plan().tenant.behind;
    take_reference(others);
    went_through = run.migrate(sampled(std::move(others), options.sample), Scope::tenant, call);
  }
  report.outcome = outcome_of(run, went_through, call);
  report.schemas = std::move(run.reports());
  if (report.outcome == RunOutcome::failed && options.take_back && report.run && lease) {
    const FailedRun failed{.run = *report.run, .epoch = lease->epoch()};
    if (take_back(connection, settings_, options, failed, report.schemas)) report.outcome = RunOutcome::rolled_back;
  }
  if (report.run && report.is_success()) RunBackups(settings_, options, *report.run).discard();
  if (report.run) finish(connection, *report.run, report);
}

}  // namespace tenure::schemas
