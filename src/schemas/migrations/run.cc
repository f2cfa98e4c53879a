#include "schemas/migrations/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace tenure::schemas {
namespace {

constexpr Milliseconds kFirstPause{100};
constexpr Milliseconds kLongestPause{5000};

double seconds_since(MonotonicTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

SchemaOutcome outcome_of(const Applied& applied, bool is_trial) {
  if (applied.failure) return SchemaOutcome::failed;
  if (is_trial) return SchemaOutcome::tried;
  if (applied.is_faked) return SchemaOutcome::faked;
  return applied.from == applied.to ? SchemaOutcome::current : SchemaOutcome::applied;
}

}  // namespace

MigrationRun::MigrationRun(const MigratorSettings& settings, const MigrateOptions& options, MigrationListener& listener,
                           std::optional<std::int64_t> run, std::optional<std::int64_t> epoch, std::int64_t total)
    : settings_(settings),
      options_(options),
      listener_(listener),
      run_(run),
      epoch_(epoch),
      total_(total),
      backups_(run ? std::optional(RunBackups(settings, options, *run)) : std::nullopt) {}

void MigrationRun::try_first(const SchemaRecord& shared) {
  first_.emplace(order_for(Scope::shared));
  first_schema_ = shared;
}

bool MigrationRun::migrate(std::vector<SchemaRecord> schemas, Scope scope, const Call& call) {
  // Several trials of the shared migrations at once would wait for each other.
  const auto most = first_ ? 1U : static_cast<std::size_t>(std::max(1, options_.connections));
  const auto workers = std::min<std::size_t>(most, schemas.size());
  SchemaQueue queue(std::move(schemas));
  {
    std::vector<std::jthread> threads;
    for (std::size_t at = 1; at < workers; ++at) threads.emplace_back([&] { work(queue, scope, call); });
    if (workers > 0) work(queue, scope, call);
  }
  for (auto& schema : queue.rest()) {
    SchemaReport report{.schema = std::move(schema), .scope = scope, .outcome = SchemaOutcome::not_reached};
    report.from = report.to = report.schema.version;
    reports_.push_back(std::move(report));
  }
  return failures_ <= options_.error_budget && !call.stop.stop_requested();
}

void MigrationRun::work(SchemaQueue& queue, Scope scope, const Call& call) {
  std::optional<pg::Connection> connection;
  while (auto task = queue.take(call.stop)) {
    const auto start = std::chrono::steady_clock::now();
    SchemaReport report{.schema = task->schema, .scope = scope};
    report.from = report.to = task->schema.version;
    try {
      if (!connection || !connection->is_alive()) connection = pg::Connection::open(settings_.database);
      auto done = work_on(*connection, queue, *task, scope);
      if (!done) continue;
      report = *std::move(done);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::unavailable || error.code() == ErrorCode::outcome_unknown) {
        const std::scoped_lock lock(mutex_);
        listener_.on_connection_error(settings_.service);
      }
      connection.reset();
      if (error.retry() == Retry::later && task->tries + 1 < options_.lock_tries) {
        queue.put_back(*std::move(task), kFirstPause, kLongestPause);
        continue;
      }
      report.outcome = SchemaOutcome::failed;
      report.why = error.what();
    }
    report.seconds = seconds_since(start);
    add(std::move(report), queue);
  }
}

std::optional<SchemaReport> MigrationRun::work_on(pg::Connection& connection, SchemaQueue& queue,
                                                  const SchemaQueue::Task& task, Scope scope) {
  const auto order = order_for(scope);
  if (backups_ && task.tries == 0) backups_->take(connection, task.schema, scope);
  auto applied = apply_migrations(connection, settings_.database, task.schema, order);
  const bool is_in_the_way = applied.failure && applied.failure->may_pass();
  if (is_in_the_way && task.tries + 1 < options_.lock_tries) {
    queue.put_back(task, kFirstPause, kLongestPause);
    return std::nullopt;
  }
  SchemaReport report{.schema = task.schema,
                      .scope = scope,
                      .outcome = outcome_of(applied, options_.is_trial),
                      .from = applied.from,
                      .to = applied.to,
                      .notes = std::move(applied.notes)};
  if (applied.failure) report.why = applied.failure->text();
  if (is_in_the_way) report.why += fmt::format(" ({} tries)", task.tries + 1);
  return report;
}

ApplyOrder MigrationRun::order_for(Scope scope) const {
  return {.migrations = scope == Scope::shared ? settings_.shared : settings_.tenant,
          .behind_it = scope == Scope::shared ? std::string() : settings_.shared_schema,
          .run = run_,
          .epoch = epoch_,
          .lock_timeout = options_.lock_timeout,
          .fake_initial = options_.fake_initial,
          .is_trial = options_.is_trial,
          .first = first_ ? &*first_ : nullptr,
          .first_schema = first_schema_ ? &*first_schema_ : nullptr};
}

void MigrationRun::add(SchemaReport report, SchemaQueue& queue) {
  const std::scoped_lock lock(mutex_);
  if (report.outcome == SchemaOutcome::failed && ++failures_ > options_.error_budget) queue.close();
  reports_.push_back(std::move(report));
  listener_.on_schema(settings_.service, reports_.back(), static_cast<std::int64_t>(reports_.size()), total_);
  queue.finish();
}

}  // namespace tenure::schemas
