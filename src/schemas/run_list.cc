#include "schemas/run_list.h"

#include <fmt/format.h>

#include "base/error.h"
#include "schemas/registry.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

constexpr int kLargestPage = 500;

WallTime time_at(const pg::Result& rows, int row, int column) {
  const std::chrono::microseconds since_1970(rows.int64(row, column));
  return WallTime(std::chrono::duration_cast<WallTime::duration>(since_1970));
}

std::optional<std::int64_t> number_at(const pg::Result& rows, int row, int column) {
  return rows.is_null(row, column) ? std::nullopt : std::optional(rows.int64(row, column));
}

ListedRun read_run(const pg::Result& rows, int row) {
  return {.id = rows.int64(row, 0),
          .owner = rows.text(row, 1),
          .started_at = time_at(rows, row, 2),
          .finished_at = rows.is_null(row, 3) ? std::nullopt : std::optional(time_at(rows, row, 3)),
          .outcome = rows.text(row, 4),
          .behind = number_at(rows, row, 5),
          .shared_version = number_at(rows, row, 6),
          .tenant_version = number_at(rows, row, 7),
          .done = rows.int64(row, 8),
          .failed = rows.int64(row, 9),
          .rolled_back = rows.int64(row, 10),
          .cause = rows.optional_text(row, 11)};
}

}  // namespace

RunPage list_runs(pg::Connection& connection, int limit, std::optional<std::int64_t> after) {
  if (limit < 1 || limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  RunPage page;
  if (!has_current_registry(connection)) return page;
  const auto rows = connection.exec(sql::kListRuns, pg::Params(after, limit + 1));
  for (int row = 0; row < rows.rows() && row < limit; ++row) page.runs.push_back(read_run(rows, row));
  if (rows.rows() > limit) page.next = page.runs.back().id;
  return page;
}

}  // namespace tenure::schemas
