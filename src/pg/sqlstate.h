#pragma once

#include <string_view>

#include "base/error.h"

struct pg_result;

namespace tenure::pg {

/// The error of a failed statement, by SQLSTATE. Holds the server's primary message, table, column and constraint,
/// never its DETAIL, which quotes row values; and no message that came through a function of the database or another
/// server, or is of a class whose messages quote values (PostgreSQL 15, appendix A; docs/security.md).
Error statement_error(const pg_result* result);

/// The error of a connection that could not be made. `libpq_message` is read, not repeated as a whole.
Error connection_error(std::string_view libpq_message, std::string_view description);

/// SQLSTATE codes that callers compare with.
inline constexpr std::string_view kForeignKeyViolation = "23503";
inline constexpr std::string_view kUniqueViolation = "23505";
inline constexpr std::string_view kInsufficientPrivilege = "42501";
inline constexpr std::string_view kUndefinedObject = "42704";
inline constexpr std::string_view kNotInPrerequisiteState = "55000";
inline constexpr std::string_view kObjectInUse = "55006";
inline constexpr std::string_view kDuplicateDatabase = "42P04";
inline constexpr std::string_view kDuplicateSchema = "42P06";
inline constexpr std::string_view kFeatureNotSupported = "0A000";

}  // namespace tenure::pg
