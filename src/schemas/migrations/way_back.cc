#include "schemas/migrations/way_back.h"

#include <fmt/format.h>

#include <algorithm>

#include "pg/transaction.h"
#include "schemas/backup/backup.h"
#include "schemas/migrations/apply.h"
#include "schemas/migrations/batch.h"
#include "schemas/migrations/run_backups.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

/// What the run did with one schema.
struct Change {
  std::string schema;
  int from = 0;
  int to = 0;
  bool is_faked = false;

  /// The tables of a migration that was only recorded were there before: its way back is to forget the record.
  int last_to_undo() const { return is_faked ? 1 : from; }
};

std::vector<Change> changes_of(pg::Connection& connection, std::int64_t run) {
  std::vector<Change> changes;
  const auto rows = connection.exec(sql::kListChanged, pg::Params(run));
  for (int row = 0; row < rows.rows(); ++row) {
    changes.push_back({.schema = rows.text(row, 0),
                       .from = static_cast<int>(rows.int64(row, 1)),
                       .to = static_cast<int>(rows.int64(row, 2)),
                       .is_faked = rows.boolean(row, 3)});
  }
  return changes;
}

class WayBack {
 public:
  WayBack(const MigratorSettings& settings, const MigrateOptions& options, const FailedRun& failed)
      : settings_(settings), options_(options), epoch_(failed.epoch), backups_(settings, options, failed.run) {}

  /// Why the schema stays as it is; nothing when it is back.
  std::optional<std::string> take_back(const Change& change, Scope scope) {
    const auto order = order_for(scope);
    const auto missing = missing_script(change, order.migrations);
    const auto backup = missing && scope == Scope::tenant ? backups_.find(change.schema) : std::nullopt;
    if (missing && !backup) return missing;
    for (int tries = 1;; ++tries) {
      const bool is_last = tries >= options_.lock_tries;
      try {
        if (!connection_ || !connection_->is_alive()) connection_ = pg::Connection::open(settings_.database);
        if (backup) {
          put_back(change, order, *backup);
          return std::nullopt;
        }
        auto failure = run(change, order);
        if (!failure) return std::nullopt;
        if (!failure->may_pass() || is_last) return failure->text();
      } catch (const Error& error) {
        connection_.reset();
        if (error.retry() != Retry::later || is_last) return error.what();
      }
    }
  }

 private:
  ApplyOrder order_for(Scope scope) const {
    return {.migrations = scope == Scope::shared ? settings_.shared : settings_.tenant,
            .behind_it = scope == Scope::shared ? std::string() : settings_.shared_schema,
            .run = std::nullopt,
            .epoch = epoch_,
            .lock_timeout = options_.lock_timeout};
  }

  static std::optional<std::string> missing_script(const Change& change, const MigrationSet& migrations) {
    for (int number = change.to; number > change.last_to_undo(); --number) {
      const auto& migration = migrations.at(number);
      if (!migration.down) return fmt::format("{} has no script for the way back", migration.up.file.string());
      if (!migration.down->is_transactional) {
        return fmt::format("{} refuses a transaction", migration.down->file.string());
      }
    }
    return std::nullopt;
  }

  void put_back(const Change& change, const ApplyOrder& order, const std::filesystem::path& file) {
    BackupReader backup(file);
    pg::Transaction transaction(*connection_);
    const auto locked = lock_schema(*connection_, change.schema, order);
    if (locked.version != change.to) throw Error(ErrorCode::conflict, "somebody else has changed it meanwhile");
    restore_in_transaction(*connection_, backup, true);
    transaction.commit();
  }

  std::optional<Failure> run(const Change& change, const ApplyOrder& order) {
    pg::Transaction transaction(*connection_);
    const auto locked = lock_schema(*connection_, change.schema, order);
    if (locked.version != change.to) throw Error(ErrorCode::conflict, "somebody else has changed it meanwhile");
    if (transaction.exec(sql::kFindHalfDone, pg::Params(locked.id)).boolean(0, 0)) {
      throw Error(ErrorCode::refused,
                  fmt::format("{} is half done", order.migrations.at(change.to + 1).up.file.string()));
    }
    Batch batch(search_path_of(change.schema, order.behind_it));
    for (int number = change.to; number > change.last_to_undo(); --number) {
      batch.add(*order.migrations.at(number).down);
    }
    if (!batch.empty()) {
      if (auto failure = batch.run(*connection_)) return failure;
    }
    transaction.exec(sql::kForgetMigrations, pg::Params(locked.id, change.from, order.migrations.history(change.from)));
    transaction.commit();
    if (!batch.leaves_session_clean()) connection_->exec("DISCARD ALL"_sql);
    return std::nullopt;
  }

  const MigratorSettings& settings_;
  const MigrateOptions& options_;
  const std::int64_t epoch_;
  const RunBackups backups_;
  std::optional<pg::Connection> connection_;
};

void note(SchemaReport& report, const Change& change, const std::optional<std::string>& why) {
  report.from = change.from;
  report.to = why ? change.to : change.from;
  if (report.outcome != SchemaOutcome::failed) {
    report.outcome = why ? SchemaOutcome::left : SchemaOutcome::rolled_back;
    report.why = why.value_or("");
  } else {
    report.why += why ? fmt::format("; it stays at version {}: {}", change.to, *why)
                      : "; what had been applied before is taken back";
  }
}

}  // namespace

bool take_back(pg::Connection& connection, const MigratorSettings& settings, const MigrateOptions& options,
               const FailedRun& failed, std::vector<SchemaReport>& reports) {
  WayBack way_back(settings, options, failed);
  bool has_left_one = false;
  const auto changes = changes_of(connection, failed.run);
  for (const auto& change : changes) {
    const auto report =
        std::find_if(reports.begin(), reports.end(), [&](const auto& one) { return one.schema.name == change.schema; });
    if (report == reports.end()) continue;
    auto why = has_left_one && report->scope == Scope::shared
                   ? std::optional<std::string>("the schemas of tenants that are left may need it")
                   : way_back.take_back(change, report->scope);
    has_left_one = has_left_one || why;
    note(*report, change, why);
  }
  return !changes.empty() && !has_left_one;
}

}  // namespace tenure::schemas
