#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/call.h"
#include "estate/estate.h"
#include "pg/settings.h"
#include "schemas/migrations/listener.h"
#include "schemas/migrations/report.h"

namespace tenure::schemas {

/// One database and the migrations for it.
struct MigratorSettings {
  std::string service;  ///< for messages
  pg::ConnectionSettings database;
  estate::Isolation isolation;
  std::string shared_schema = "public";
  MigrationSet shared;
  MigrationSet tenant;
};

/// Which of the tenants' schemas are backed up before they are migrated.
enum class BackupPolicy {
  never,
  where_needed,  ///< where a migration that is to come has no script for the way back
  always,        ///< and the backups are kept
};

struct MigrateOptions {
  bool shared = true;
  bool tenants = true;
  std::optional<std::string> schema;  ///< only this one of the tenants'
  int connections = 4;
  int error_budget = 0;  ///< so many schemas may fail before the run stops and is taken back
  Milliseconds lock_timeout{2000};
  int lock_tries = 5;
  Milliseconds patience{0};   ///< how long to wait for another run to end
  bool fake_initial = false;  ///< the first migration is recorded only, where its tables are there already
  bool is_trial = false;      ///< everything is executed and rolled back
  std::optional<int> sample;  ///< a trial on the reference and so many tenants only
  bool take_back = true;      ///< what this run changed, when it fails
  BackupPolicy backup = BackupPolicy::where_needed;
  std::filesystem::path backups;  ///< a folder; empty: nothing is backed up
};

/// What a run would do.
struct MigrationPlan {
  Survey shared;
  Survey tenant;
  bool is_empty() const { return shared.behind.empty() && tenant.behind.empty(); }
  std::int64_t behind() const { return static_cast<std::int64_t>(shared.behind.size() + tenant.behind.size()); }
};

class Surveyor;

/// Brings the schemas of one database up to date: the shared one, then the reference that new tenants are made like,
/// which is the one that a faulty migration can do no harm to, then all tenants, several at a time. Thread-safe; runs
/// of several processes exclude each other.
class Migrator {
 public:
  /// The listener may be null and outlives it.
  explicit Migrator(MigratorSettings settings, MigrationListener* listener = nullptr);

  /// Changes nothing. @throws Error(refused) when applied migrations were edited or are not among the files.
  MigrationPlan plan(const MigrateOptions& options, const Call& call) const;
  /// A failed migration is an outcome. A stop request lets the schemas at hand finish. @throws Error(conflict) when
  /// another run has the lease; Error(refused) as plan(); Error(not_found) for an unknown options.schema; Error from
  /// pg.
  RunReport run(const MigrateOptions& options, const Call& call);

  const MigratorSettings& settings() const { return settings_; }

 private:
  void make_missing(pg::Connection& connection, const Surveyor& surveyor) const;
  void run_plan(pg::Connection& connection, const Surveyor& surveyor, MigrationPlan plan, const MigrateOptions& options,
                RunReport& report, const Call& call);

  const MigratorSettings settings_;
  MigrationListener silent_;
  MigrationListener& listener_;
};

}  // namespace tenure::schemas
