#pragma once

#include <cstdint>
#include <vector>

#include "schemas/migrations/migrator.h"

namespace tenure::schemas {

/// The run that is taken back, whose lease is still held.
struct FailedRun {
  std::int64_t run = 0;
  std::int64_t epoch = 0;
};

/// Takes back what a failed run changed, by the registry's records of it, and nothing else (spec D7). Each schema that
/// the run brought forward goes back to the version it came from, by its scripts for the way back in one transaction,
/// the last migration first; a tenant's where one is missing by the backup that the run took of it, without what was
/// written since. Tenants go first, then the reference, then the shared schema, which stays as it is when a
/// tenant's schema does that may need it. One whose way back has a script missing and no backup, refuses a transaction
/// or fails is left as the run made it, with the reason in its report. False when one was left, or nothing had changed.
/// @throws Error from pg when the registry cannot be read.
bool take_back(pg::Connection& connection, const MigratorSettings& settings, const MigrateOptions& options,
               const FailedRun& failed, std::vector<SchemaReport>& reports);

}  // namespace tenure::schemas
