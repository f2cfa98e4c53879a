#pragma once

#include "schemas/migrations/migrator.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// Finds out what a run has to do. All that it is made of outlives it.
class Surveyor {
 public:
  Surveyor(const MigratorSettings& settings, const MigrateOptions& options, pg::Connection& connection)
      : settings_(settings), options_(options), connection_(connection) {}

  bool wants_shared() const { return options_.shared && !settings_.shared.empty() && !options_.schema; }
  bool wants_tenants() const { return options_.tenants && settings_.isolation.model != estate::IsolationModel::rows; }

  /// A schema that a run will make is behind as well; its record has no id. @throws Error as Migrator::plan().
  MigrationPlan plan() const;

 private:
  Survey shared() const;
  Survey tenant() const;
  MigrationPlan plan_for_new_database() const;
  Survey with_new(Survey found, const MigrationSet& migrations, SchemaKind kind, const std::string& name) const;
  Error unknown_schema() const;

  const MigratorSettings& settings_;
  const MigrateOptions& options_;
  pg::Connection& connection_;
};

}  // namespace tenure::schemas
