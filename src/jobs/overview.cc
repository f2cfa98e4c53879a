#include "jobs/overview.h"

#include <fmt/format.h>

#include "base/page_cursor.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/sql.h"
#include "jobs/state_change.h"

namespace tenure::jobs {
namespace {

using std::chrono::seconds;

constexpr int kLongestWindow = 90;
constexpr int kLargestPage = 500;
constexpr std::int64_t kDay = 24 * 3600;
constexpr std::int64_t kMostAveraged = 1000;
constexpr std::int64_t kMostFailures = 20;
constexpr int kTenantNameColumn = 12;

EndedJobs read_ended(pg::Connection& session, std::int64_t back) {
  const auto rows = session.exec(sql::kSummarizeEnded, pg::Params(back));
  EndedJobs ended{.completed = rows.int64(0, 0),
                  .failed = rows.int64(0, 1),
                  .taken_back = rows.int64(0, 2),
                  .cancelled = rows.int64(0, 3),
                  .items = rows.int64(0, 4)};
  if (!rows.is_null(0, 5)) ended.average_duration = Milliseconds(rows.int64(0, 5));
  return ended;
}

void read_open(pg::Connection& session, Overview& overview) {
  const auto rows = session.exec(sql::kCountOpen);
  for (int row = 0; row < rows.rows(); ++row) {
    const auto name = rows.text(row, 0);
    if (name == "legal_hold") {
      overview.legal_holds = rows.int64(row, 1);
    } else {
      overview.open[name] = rows.int64(row, 1);
    }
  }
}

void read_hours(pg::Connection& session, Overview& overview) {
  const auto rows = session.exec(sql::kCountEndedByHour);
  for (int row = 0; row < rows.rows(); ++row) {
    overview.hours.at(static_cast<std::size_t>(row)) = {rows.int64(row, 1), rows.int64(row, 2)};
  }
}

std::vector<ServiceAverage> read_services(pg::Connection& session, std::int64_t back) {
  const auto rows = session.exec(sql::kAverageItemsByService, pg::Params(back, kMostAveraged));
  std::vector<ServiceAverage> services;
  for (int row = 0; row < rows.rows(); ++row) {
    services.push_back({.service = rows.text(row, 0),
                        .items = rows.int64(row, 1),
                        .duration = Milliseconds(rows.int64(row, 2)),
                        .most_items = rows.int64(row, 3)});
  }
  return services;
}

std::vector<FailedJob> read_failures(pg::Connection& session) {
  const auto rows = session.exec(sql::kListFailures, pg::Params(7 * kDay, kMostFailures));
  std::vector<FailedJob> failures;
  for (int row = 0; row < rows.rows(); ++row) {
    failures.push_back({.job = JobId::parse(rows.text(row, 0)),
                        .subject = read_subject(rows, row, 1, 2),
                        .tenant_name = rows.optional_text(row, 3),
                        .state = parse_job_state(rows.text(row, 4)),
                        .errors = rows.text_array(row, 5),
                        .all_errors = rows.int64(row, 6),
                        .completed_at = time_from_micros(rows.int64(row, 7))});
  }
  return failures;
}

}  // namespace

Overview read_overview(pg::Pool& control, int days) {
  if (days < 1 || days > kLongestWindow) {
    throw Error(ErrorCode::invalid_argument, fmt::format("days: not between 1 and {}", kLongestWindow));
  }
  return with_session(control, [&](pg::Connection& session) {
    Overview overview;
    read_open(session, overview);
    overview.last_day = read_ended(session, kDay);
    read_hours(session, overview);
    overview.window = read_ended(session, days * kDay);
    overview.services = read_services(session, days * kDay);
    overview.failures = read_failures(session);
    return overview;
  });
}

HistoryPage read_history(pg::Pool& control, int limit, const std::optional<std::string>& cursor) {
  if (limit < 1 || limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  std::optional<std::int64_t> at;
  std::optional<std::string> job;
  if (cursor) {
    const auto after = decode_cursor(*cursor);
    at = after.created_at_micros;
    job = after.id.str();
  }
  return with_session(control, [&](pg::Connection& session) {
    const auto rows = session.exec(sql::kListHistory, pg::Params(at, job, limit + 1));
    HistoryPage page;
    for (int row = 0; row < rows.rows() && row < limit; ++row) {
      page.entries.push_back({read_transition(rows, row), rows.optional_text(row, kTenantNameColumn)});
    }
    if (rows.rows() > limit) {
      const auto& last = page.entries.back().change;
      page.next = encode_cursor({micros_of(last.at), last.job.uuid()});
    }
    return page;
  });
}

}  // namespace tenure::jobs
