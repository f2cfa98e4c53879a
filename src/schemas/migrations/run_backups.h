#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "schemas/migrations/migrator.h"

namespace tenure::schemas {

/// The backups that a run takes of schemas before it touches them (spec D7): {backups}/{service}/run_{number}/{schema}.
/// Thread-safe.
class RunBackups {
 public:
  RunBackups(const MigratorSettings& settings, const MigrateOptions& options, std::int64_t run);

  /// Backs the schema up unless the policy says that it need not be. @throws as back_up_schema.
  void take(pg::Connection& connection, const SchemaRecord& schema, Scope scope) const;
  /// The backup of a schema; nothing when none was taken.
  std::optional<std::filesystem::path> find(const std::string& schema) const;
  /// They hold what tenants wrote; a run that went well needs them no more, unless they were asked for.
  void discard() const;

 private:
  bool is_wanted(const SchemaRecord& schema, Scope scope) const;
  std::filesystem::path file_of(const std::string& schema) const;

  const MigratorSettings& settings_;
  const MigrateOptions& options_;
  const std::filesystem::path folder_;
};

}  // namespace tenure::schemas
