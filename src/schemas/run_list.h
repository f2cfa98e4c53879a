#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pg/connection.h"

namespace tenure::schemas {

/// A run of migrations, as an operator looks at it (spec E3).
struct ListedRun {
  std::int64_t id = 0;
  std::string owner;  ///< "db1/4711": host and process
  WallTime started_at;
  std::optional<WallTime> finished_at;  ///< nothing while it goes on, and of one that was killed: nobody knows when
  std::string outcome;                  ///< running, completed, failed, rolled_back, or abandoned: it was killed
  std::optional<std::int64_t> behind;   ///< schemas that it began with; unknown of runs of earlier versions
  std::optional<std::int64_t> shared_version;  ///< that the shared schema is brought to; nothing when it was up to date
  std::optional<std::int64_t> tenant_version;  ///< likewise those of tenants
  std::int64_t done = 0;                       ///< schemas that it has migrated, so far where it goes on or was killed
  std::int64_t failed = 0;                     ///< as below, known when it has ended
  std::int64_t rolled_back = 0;
  std::optional<std::string> cause;  ///< of the first failure: schema, file, line and statement; no values of rows
};

struct RunPage {
  std::vector<ListedRun> runs;       ///< newest first
  std::optional<std::int64_t> next;  ///< id to go on behind; nothing on the last page
};

/// One page. A run goes on for as long as it holds the lease that keeps others out (MigrationLease). Nothing where no
/// run of this version has been. @throws Error(invalid_argument) for a limit not between 1 and 500.
RunPage list_runs(pg::Connection& connection, int limit, std::optional<std::int64_t> after);

}  // namespace tenure::schemas
