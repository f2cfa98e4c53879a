#include "pg/sqlstate.h"

#include <fmt/format.h>
#include <libpq-fe.h>

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
  // Data exceptions (22…) and messages raised by functions, under whatever SQLSTATE, quote values; those stay out.
  const bool is_raised = sqlstate.starts_with("P0") || field(result, PG_DIAG_SOURCE_FUNCTION) == "exec_stmt_raise";
  const bool may_quote_values = is_raised || sqlstate.starts_with("22");
  std::string message = may_quote_values ? std::string("a value or a function of the database was at fault")
                                         : std::string(field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (const auto table = field(result, PG_DIAG_TABLE_NAME); !table.empty()) {
    message += fmt::format(", table {}.{}", field(result, PG_DIAG_SCHEMA_NAME), table);
  }
  if (const auto constraint = field(result, PG_DIAG_CONSTRAINT_NAME); !constraint.empty()) {
    message += fmt::format(", constraint {}", constraint);
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
