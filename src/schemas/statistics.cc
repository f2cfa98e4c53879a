#include "schemas/statistics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {

Statistics read_statistics(pg::Connection& connection, const std::vector<double>& bounds) {
  Statistics statistics;
  if (!has_registry(connection)) return statistics;
  const auto runs = connection.exec(sql::kCountRuns, pg::Params(fmt::format("{{{}}}", fmt::join(bounds, ","))));
  for (int row = 0; row < runs.rows(); ++row) {
    auto& ended = statistics.runs[runs.text(row, 0)];
    ended.count = runs.int64(row, 1);
    ended.duration = Milliseconds(runs.int64(row, 2));
    for (const auto& count : runs.text_array(row, 3)) ended.within.push_back(std::stoll(count));
  }
  statistics.running = Milliseconds(connection.exec(sql::kMeasureRunningRun).int64(0, 0));
  const auto schemas = connection.exec(sql::kCountByVersion);
  for (int row = 0; row < schemas.rows(); ++row) {
    statistics.tenant_schemas[static_cast<int>(schemas.int64(row, 0))] = schemas.int64(row, 1);
  }
  return statistics;
}

}  // namespace tenure::schemas
