#include "schemas/migrations/apply.h"

#include <fmt/format.h>

#include "pg/transaction.h"
#include "schemas/migrations/batch.h"
#include "schemas/migrations/initial.h"
#include "schemas/migrations/outside.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

/// The last migration of the run of transactional ones that begins behind `version`.
int end_of_batch(const MigrationSet& migrations, int version) {
  int last = version;
  while (last < migrations.last() && migrations.at(last + 1).up.is_transactional) ++last;
  return last;
}

/// Where the work on a schema begins: behind the first migration when its tables are there already.
struct Start {
  int version = 0;
  std::optional<Failure> failure;
};

Start find_start(pg::Connection& connection, const LockedSchema& locked, const std::string& schema,
                 const ApplyOrder& order) {
  if (!order.fake_initial || locked.version > 0 || order.migrations.empty()) return {.version = locked.version};
  auto check = find_initial_tables(connection, locked, schema, order);
  return {.version = check.is_there ? 1 : 0, .failure = std::move(check.failure)};
}

/// Runs what the schema lacks in the transaction that is open: what refuses one is tried in another form, or noted.
Applied try_one(pg::Connection& connection, const SchemaRecord& record, const ApplyOrder& order) {
  if (record.id == 0) {
    install_registry(connection);
    ensure_schema_in_transaction(connection, record.kind, record.name);
  }
  const auto locked = lock_schema(connection, record.name, order);
  Applied outcome{.from = locked.version, .to = order.migrations.last()};
  auto start = find_start(connection, locked, record.name, order);
  outcome.is_faked = start.version > locked.version;
  outcome.failure = std::move(start.failure);
  if (outcome.failure) return outcome;
  Batch batch(search_path_of(record.name, order.behind_it));
  std::vector<Script> in_another_form;
  in_another_form.reserve(order.migrations.all().size());
  for (int number = start.version + 1; number <= order.migrations.last(); ++number) {
    const auto& script = order.migrations.at(number).up;
    if (script.is_transactional) {
      batch.add(script);
      continue;
    }
    auto form = trial_form(script, outcome.notes);
    if (!form.statements.empty()) batch.add(in_another_form.emplace_back(std::move(form)));
  }
  if (!batch.empty()) outcome.failure = batch.run(connection);
  return outcome;
}

Applied try_all(pg::Connection& connection, const SchemaRecord& record, const ApplyOrder& order) {
  const pg::Transaction transaction(connection);
  if (order.first != nullptr) {
    auto before = try_one(connection, *order.first_schema, *order.first);
    if (before.failure) return {.from = record.version, .to = record.version, .failure = std::move(before.failure)};
  }
  return try_one(connection, record, order);
}

struct Step {
  int before = 0;  ///< versions
  int after = 0;
  bool is_faked = false;
  std::optional<Failure> failure;
};

/// Applies the transactional migrations that come next, if any do.
Step apply_batch(pg::Connection& connection, const std::string& schema, const ApplyOrder& order) {
  pg::Transaction transaction(connection);
  const auto locked = lock_schema(connection, schema, order);
  Step step{.before = locked.version, .after = locked.version};
  auto start = find_start(connection, locked, schema, order);
  step.failure = std::move(start.failure);
  const int last = end_of_batch(order.migrations, start.version);
  if (step.failure || last == locked.version) return step;
  Batch batch(search_path_of(schema, order.behind_it));
  for (int number = start.version + 1; number <= last; ++number) batch.add(order.migrations.at(number).up);
  if (!batch.empty()) step.failure = batch.run(connection);
  if (step.failure) return step;
  step.is_faked = start.version > locked.version;
  auto done = locked;
  if (step.is_faked) record_migrations(connection, locked, 1, order.migrations, "faked", order.run);
  done.version = start.version;
  if (last > done.version) record_migrations(connection, done, last, order.migrations, "applied", order.run);
  transaction.commit();
  step.after = last;
  if (!batch.leaves_session_clean()) connection.exec("DISCARD ALL"_sql);
  return step;
}

}  // namespace

std::string search_path_of(const std::string& schema, const std::string& behind_it) {
  auto path = pg::Identifier(schema).quoted();
  if (!behind_it.empty() && behind_it != schema) path += ", " + pg::Identifier(behind_it).quoted();
  return path;
}

LockedSchema lock_schema(pg::Connection& connection, const std::string& schema, const ApplyOrder& order) {
  const auto rows =
      connection.exec(sql::kLockSchema, pg::Params(schema, order.epoch, search_path_of(schema, order.behind_it),
                                                   fmt::format("{}ms", order.lock_timeout.count())));
  if (rows.empty() || rows.text(0, 3) != "live") {
    throw Error(ErrorCode::not_found, fmt::format("the schema {} is gone", schema));
  }
  if (!rows.boolean(0, 4)) {
    throw Error(ErrorCode::conflict, "another run has taken over; this one stops");
  }
  if (rows.int64(0, 1) > order.migrations.last()) {
    throw Error(ErrorCode::refused, fmt::format("the schema {} is newer than these files", schema));
  }
  return {.id = rows.int64(0, 0), .version = static_cast<int>(rows.int64(0, 1)), .history = rows.text(0, 2)};
}

void record_migrations(pg::Connection& connection, const LockedSchema& schema, int to, const MigrationSet& migrations,
                       std::string_view how, std::optional<std::int64_t> run) {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> names;
  std::vector<std::string> checksums;
  for (int number = schema.version + 1; number <= to; ++number) {
    numbers.push_back(number);
    names.push_back(migrations.at(number).name);
    checksums.push_back(migrations.at(number).checksum);
  }
  connection.exec(sql::kRecordMigrations, pg::Params(schema.id, array_of(numbers), array_of(names), array_of(checksums),
                                                     how, run, to, migrations.history(to)));
}

Applied apply_migrations(pg::Connection& connection, const pg::ConnectionSettings& settings, const SchemaRecord& record,
                         const ApplyOrder& order) {
  if (order.is_trial) return try_all(connection, record, order);
  const auto& schema = record.name;
  Applied outcome;
  for (bool is_first = true;; is_first = false) {
    auto step = apply_batch(connection, schema, order);
    if (is_first) outcome.from = step.before;
    outcome.is_faked = outcome.is_faked || step.is_faked;
    outcome.to = step.after;
    outcome.failure = std::move(step.failure);
    if (outcome.failure || outcome.to == order.migrations.last()) return outcome;
    outcome.failure = apply_outside(connection, settings, schema, order, outcome.to + 1);
    if (outcome.failure) return outcome;
    ++outcome.to;
    if (outcome.to == order.migrations.last()) return outcome;
  }
}

}  // namespace tenure::schemas
