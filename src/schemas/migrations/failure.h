#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/migrations/migration_set.h"

namespace tenure::schemas {

/// Where a migration stopped, and why. Migrations are the operator's own text, so their statements may be shown; values
/// from rows never are.
struct Failure {
  std::string file;
  int line = 0;           ///< where the server saw the mistake, or where the statement begins; 0: unknown
  std::string statement;  ///< its first line, shortened; empty when the mistake is in none
  Error error;

  /// "tenant/0007_quotes.sql:12: syntax error at or near "tabel" (SQLSTATE 42601), at: create tabel quotes (".
  std::string text() const;
  /// True when others were in the way, so that it may go better next time: a lock, a deadlock, a lost connection.
  bool may_pass() const { return error.retry() == Retry::later && !error.sqlstate().starts_with("23"); }
};

/// Of one statement. `line` is that of the mistake, when it is known.
Failure failure_in(const Script& script, const Statement& statement, Error error, int line = 0);
/// Of something that is not a statement of a script.
Failure failure_of(Error error);

/// A text on one line of at most 100 characters.
std::string first_line(std::string_view text);

}  // namespace tenure::schemas
