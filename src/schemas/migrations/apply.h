#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pg/connection.h"
#include "schemas/migrations/failure.h"
#include "schemas/migrations/migration_set.h"
#include "schemas/registry.h"

namespace tenure::schemas {

/// What a run does to every schema alike.
struct ApplyOrder {
  const MigrationSet& migrations;
  std::string behind_it;              ///< what follows the schema itself in search_path: "public"; empty: nothing
  std::optional<std::int64_t> run;    ///< what the migrations are recorded under
  std::optional<std::int64_t> epoch;  ///< of the lease; when it is another's by now, nothing is done
  Milliseconds lock_timeout{2000};
  bool fake_initial = false;  ///< the first migration is recorded only, where its tables are there already
  bool is_trial = false;      ///< executed, then rolled back; a schema that is not there yet is made for it
  /// Of a trial: what is tried in the same transaction before, the shared migrations that these may need.
  const ApplyOrder* first = nullptr;
  const SchemaRecord* first_schema = nullptr;
};

/// What became of one schema.
struct Applied {
  int from = 0;                    ///< version before
  int to = 0;                      ///< version after; of a trial the version it would have
  bool is_faked = false;           ///< the first migration was recorded only
  std::vector<std::string> notes;  ///< what a trial could not try
  std::optional<Failure> failure;  ///< the transaction that failed is rolled back
};

/// Brings one schema up to date. Consecutive migrations are one transaction with the record of them; the schema's
/// record is locked first and read again, so nobody else's run can apply one of them twice. A migration that runs
/// outside a transaction goes statement by statement on a session of its own, and is taken up where it stopped.
/// Statements that fail are an outcome. @throws Error(not_found) when the schema is not in the registry (any more),
/// Error(conflict) when the lease is another's; Error from pg when the session is lost.
Applied apply_migrations(pg::Connection& connection, const pg::ConnectionSettings& settings, const SchemaRecord& schema,
                         const ApplyOrder& order);

/// What SET search_path takes: the schema, then `behind_it`.
std::string search_path_of(const std::string& schema, const std::string& behind_it);

/// A schema's record, locked for the transaction that is open, whose search_path and lock_timeout are set.
struct LockedSchema {
  std::int64_t id = 0;
  int version = 0;
  std::string history;
};
/// @throws as apply_migrations, and Error(refused) when it has had more migrations than there are.
LockedSchema lock_schema(pg::Connection& connection, const std::string& schema, const ApplyOrder& order);

/// Records the migrations after `version` up to `to`, in the transaction that is open.
void record_migrations(pg::Connection& connection, const LockedSchema& schema, int to, const MigrationSet& migrations,
                       std::string_view how, std::optional<std::int64_t> run);

}  // namespace tenure::schemas
