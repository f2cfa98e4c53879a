#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pg/connection.h"

namespace tenure::schemas {

/// Runs that ended in one way.
struct EndedRuns {
  std::int64_t count = 0;
  Milliseconds duration{0};          ///< of all of them
  std::vector<std::int64_t> within;  ///< how many took no longer than each of the bounds that were asked for
};

/// What a database's registry says of all runs there have been, and of its schemas (spec D13).
struct Statistics {
  /// By outcome as the table has it. One that was `abandoned` has no duration that means anything: it was killed, and
  /// its end is when the next one began.
  std::map<std::string, EndedRuns> runs;
  Milliseconds running{0};                     ///< for how long the run that goes on has; 0 when there is none
  std::map<int, std::int64_t> tenant_schemas;  ///< by version
};

/// `bounds` are seconds, ascending. Three statements; nothing where there is no registry yet.
Statistics read_statistics(pg::Connection& connection, const std::vector<double>& bounds);

}  // namespace tenure::schemas
