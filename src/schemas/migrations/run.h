#pragma once

#include <mutex>
#include <vector>

#include "schemas/migrations/apply.h"
#include "schemas/migrations/migrator.h"
#include "schemas/migrations/run_backups.h"
#include "schemas/migrations/schema_queue.h"

namespace tenure::schemas {

/// One run of a Migrator under its lease.
class MigrationRun {
 public:
  /// All of them outlive it. `run` and `epoch` are those of the lease's holder; a trial has no run, and
  /// no lease where there is no registry to keep it in.
  MigrationRun(const MigratorSettings& settings, const MigrateOptions& options, MigrationListener& listener,
               std::optional<std::int64_t> run, std::optional<std::int64_t> epoch, std::int64_t total);

  /// Of a trial: what the tenants' migrations may need is tried in the same transactions, one after the other.
  void try_first(const SchemaRecord& shared);
  /// Works on the schemas, several at a time. False when the error budget is spent or a stop was asked for.
  bool migrate(std::vector<SchemaRecord> schemas, Scope scope, const Call& call);

  std::vector<SchemaReport>& reports() { return reports_; }
  std::int64_t failures() const { return failures_; }

 private:
  void work(SchemaQueue& queue, Scope scope, const Call& call);
  /// Nothing when the schema comes again later.
  std::optional<SchemaReport> work_on(pg::Connection& connection, SchemaQueue& queue, const SchemaQueue::Task& task,
                                      Scope scope);
  ApplyOrder order_for(Scope scope) const;
  void add(SchemaReport report, SchemaQueue& queue);

  const MigratorSettings& settings_;
  const MigrateOptions& options_;
  MigrationListener& listener_;
  const std::optional<std::int64_t> run_;
  const std::optional<std::int64_t> epoch_;
  const std::int64_t total_;
  const std::optional<RunBackups> backups_;   // none of a trial
  std::optional<SchemaRecord> first_schema_;  // of a trial
  std::optional<ApplyOrder> first_;

  std::mutex mutex_;
  std::vector<SchemaReport> reports_;  // guarded by mutex_, as below
  std::int64_t failures_ = 0;
};

}  // namespace tenure::schemas
