#include "schemas/migrations/run_backups.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "schemas/backup/backup.h"

namespace tenure::schemas {
namespace {

namespace fs = std::filesystem;

bool has_way_back(const Migration& migration) { return migration.down && migration.down->is_transactional; }

/// The folders that only their owner may look into.
void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{}: cannot be made for backups: {}", folder.string(), error.message()));
  }
}

}  // namespace

RunBackups::RunBackups(const MigratorSettings& settings, const MigrateOptions& options, std::int64_t run)
    : settings_(settings),
      options_(options),
      folder_(options.backups / settings.service / fmt::format("run_{}", run)) {}

bool RunBackups::is_wanted(const SchemaRecord& schema, Scope scope) const {
  if (options_.backups.empty() || options_.backup == BackupPolicy::never) return false;
  // The one that all tenants share is not put back by dropping it: too much of others is in it.
  if (scope == Scope::shared) return false;
  if (options_.backup == BackupPolicy::always) return true;
  for (int number = schema.version + 1; number <= settings_.tenant.last(); ++number) {
    if (!has_way_back(settings_.tenant.at(number))) return true;
  }
  return false;
}

fs::path RunBackups::file_of(const std::string& schema) const {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool is_name = std::all_of(schema.begin(), schema.end(), is_plain);
  return folder_ / ((is_name ? schema : Digest().add(schema).hex()) + ".sql");
}

void RunBackups::take(pg::Connection& connection, const SchemaRecord& schema, Scope scope) const {
  if (!is_wanted(schema, scope)) return;
  make_folders(folder_);
  const auto file = file_of(schema.name);
  if (!fs::exists(file)) back_up_schema(connection, schema.name, file);
}

std::optional<fs::path> RunBackups::find(const std::string& schema) const {
  if (options_.backups.empty()) return std::nullopt;
  const auto file = file_of(schema);
  return fs::exists(file) ? std::optional(file) : std::nullopt;
}

void RunBackups::discard() const {
  if (options_.backups.empty() || options_.backup == BackupPolicy::always) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace tenure::schemas
