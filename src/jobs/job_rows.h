#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "jobs/job.h"
#include "pg/result.h"

namespace tenure::jobs {

/// JSON for a parameter. Bytes that PostgreSQL cannot hold in a text are replaced.
std::string to_json_text(const Counts& counts);
std::string to_json_text(const std::vector<std::string>& texts);
std::string to_json_text(const Verification& found);

/// The rows of sql/list_jobs.sql, without their steps.
std::vector<Job> read_jobs(const pg::Result& rows);
/// Appends each row of sql/list_steps.sql to the job it belongs to.
void read_steps(const pg::Result& rows, std::vector<Job>& jobs);
/// Likewise of sql/list_owned_tenants.sql.
void read_owned_tenants(const pg::Result& rows, std::vector<Job>& jobs);

/// Likewise of sql/list_approvals.sql.
void read_approvals(const pg::Result& rows, std::vector<Job>& jobs);

/// A subject in two columns, of which one is null.
Subject read_subject(const pg::Result& rows, int row, int tenant, int user);

/// A traceparent, as the table's constraint has it.
TraceContext read_trace(const pg::Result& rows, int row, int column);

/// Microseconds since 1970.
std::int64_t micros_of(WallTime time);
WallTime time_from_micros(std::int64_t micros);
std::optional<WallTime> optional_time(const pg::Result& rows, int row, int column);

/// Error(not_found) "job_id: …".
Error no_such_job(const JobId& job);

}  // namespace tenure::jobs
