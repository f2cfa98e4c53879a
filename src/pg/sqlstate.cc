#include "pg/sqlstate.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <iterator>

namespace tenure::pg {
namespace {

struct Translation {
  std::string_view prefix;  // of the SQLSTATE; the first match wins
  ErrorCode code;
  Retry retry;
};

constexpr Translation kTranslations[] = {
    {"08", ErrorCode::unavailable, Retry::later},     // connection exception
    {"0A000", ErrorCode::refused, Retry::never},      // the server does not do that
    {"23", ErrorCode::conflict, Retry::later},        // a constraint said no: another session wrote meanwhile
    {"25006", ErrorCode::unavailable, Retry::later},  // read-only transaction: a standby
    {"25P03", ErrorCode::unavailable, Retry::later},  // idle in a transaction for too long: the session is gone
    {"28", ErrorCode::unavailable, Retry::never},     // login refused
    {"3D000", ErrorCode::not_found, Retry::never},    // no such database
    {"40", ErrorCode::conflict, Retry::later},        // serialization failure, deadlock
    {"42501", ErrorCode::refused, Retry::never},      // privilege, or row-level security that would hide rows
    {"42P01", ErrorCode::stale, Retry::never},        // no such table
    {"42703", ErrorCode::stale, Retry::never},        // no such column
    {"53", ErrorCode::unavailable, Retry::later},     // out of disk, memory, connections
    {"55P03", ErrorCode::timeout, Retry::later},      // lock_timeout
    {"55006", ErrorCode::conflict, Retry::later},     // object in use
    {"57014", ErrorCode::timeout, Retry::later},      // statement_timeout or a cancel request
    {"57P", ErrorCode::unavailable, Retry::later},    // the server shuts down or starts
    {"58", ErrorCode::unavailable, Retry::later},     // I/O error
    {"P0", ErrorCode::refused, Retry::never},         // raised by a function or trigger
};

std::string_view field(const pg_result* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// Classes whose messages quote values, or are written by functions and other servers: data exceptions, routines of
/// other languages, foreign data, what functions raise; and internal errors, which is what a function in C raises by
/// default.
bool is_of_a_class_that_quotes(std::string_view sqlstate) {
  constexpr std::string_view kClasses[] = {"22", "38", "39", "HV", "P0", "XX"};
  return std::ranges::any_of(kClasses, [&](std::string_view one) { return sqlstate.starts_with(one); });
}

/// The context names everything that an error came through. Lines that are not known to be the server's own, in
/// whatever language they are, stand for a function of the database, or for another server.
bool came_through_a_function(std::string_view context) {
  const auto is_harmless = [](std::string_view line) {
    constexpr std::string_view kStatementsOfKeys[] = {R"(SQL statement "SELECT 1 FROM ONLY )",
                                                      R"(SQL statement "DELETE FROM ONLY )",
                                                      R"(SQL statement "UPDATE ONLY )"};
    const auto begins_line = [&](std::string_view beginning) { return line.starts_with(beginning); };
    const bool is_place_of_a_row = begins_line("while ") && line.find(" tuple (") != std::string_view::npos;
    return line.empty() || is_place_of_a_row || std::ranges::any_of(kStatementsOfKeys, begins_line);
  };
  while (!context.empty()) {
    const auto end = std::min(context.find('\n'), context.size());
    if (!is_harmless(context.substr(0, end))) return true;
    context.remove_prefix(std::min(end + 1, context.size()));
  }
  return false;
}

/// Table, column and constraint are the server's where these of its functions reported them; a function of the database
/// may have put anything there (RAISE … USING TABLE).
bool are_names_of_the_server(const pg_result* result) {
  constexpr std::string_view kReporters[] = {"ExecConstraints", "ExecPartitionCheckEmitError", "_bt_check_unique",
                                             "check_exclusion_or_unique_constraint", "ri_ReportViolation"};
  const auto reporter = field(result, PG_DIAG_SOURCE_FUNCTION);
  return std::ranges::find(kReporters, reporter) != std::end(kReporters);
}

}  // namespace

Error statement_error(const pg_result* result) {
  const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
  auto code = ErrorCode::internal;
  auto retry = Retry::never;
  for (const auto& row : kTranslations) {
    if (sqlstate.starts_with(row.prefix)) {
      code = row.code;
      retry = row.retry;
      break;
    }
  }
  const bool is_through_function = came_through_a_function(field(result, PG_DIAG_CONTEXT));
  std::string message = is_through_function || is_of_a_class_that_quotes(sqlstate)
                            ? std::string("a value or a function of the database was at fault")
                            : std::string(field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (!is_through_function || are_names_of_the_server(result)) {
    if (const auto table = field(result, PG_DIAG_TABLE_NAME); !table.empty()) {
      message += fmt::format(", table {}.{}", field(result, PG_DIAG_SCHEMA_NAME), table);
    }
    if (const auto column = field(result, PG_DIAG_COLUMN_NAME); !column.empty()) {
      message += fmt::format(", column {}", column);
    }
    if (const auto constraint = field(result, PG_DIAG_CONSTRAINT_NAME); !constraint.empty()) {
      message += fmt::format(", constraint {}", constraint);
    }
  }
  if (message.empty()) message = "the server gave no message";
  return Error(code, fmt::format("{} (SQLSTATE {})", message, sqlstate), retry).with_sqlstate(std::string(sqlstate));
}

Error connection_error(std::string_view libpq_message, std::string_view description) {
  const auto says = [&](std::string_view words) { return libpq_message.find(words) != std::string_view::npos; };
  if (says("does not exist") && says("database")) {
    return Error(ErrorCode::not_found, fmt::format("{}: no such database", description));
  }
  if (says("password authentication failed") || says("no password supplied") || says("role")) {
    return Error(ErrorCode::unavailable, fmt::format("{}: the server refused the login", description));
  }
  if (says("too many clients") || says("remaining connection slots")) {
    return Error(ErrorCode::unavailable, fmt::format("{}: the server has no free connection", description),
                 Retry::later);
  }
  if (says("too many connections for database")) {
    return Error(ErrorCode::unavailable,
                 fmt::format("{}: there are as many connections as its CONNECTION LIMIT allows", description),
                 Retry::later);
  }
  if (says("starting up") || says("shutting down")) {
    return Error(ErrorCode::unavailable, fmt::format("{}: the server is starting or stopping", description),
                 Retry::later);
  }
  return Error(ErrorCode::unavailable, fmt::format("{}: cannot connect", description), Retry::later);
}

}  // namespace tenure::pg
