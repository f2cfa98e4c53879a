#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"
#include "row_security/inspection.h"

namespace tenure::row_security {

/// What came of one statement.
struct Attempt {
  std::int64_t rows = 0;  ///< seen, changed or added
  std::string sqlstate;   ///< empty: it succeeded

  bool is_refused() const;
  /// A row was there, or a constraint or trigger was reached, which comes after the policies.
  bool has_got_through() const { return rows > 0 || sqlstate.substr(0, 2) == "23"; }
  bool is_unclear() const { return !sqlstate.empty() && !is_refused() && !has_got_through(); }
};

/// Whom a statement is tried as.
struct As {
  std::optional<std::string> tenant;  ///< what the setting is set to; nullopt: it was never set in this session
};

/// Tries statements as the application's role, each undone at once. Needs a transaction to be open on the connection.
class Attempts {
 public:
  Attempts(pg::Connection& connection, const Expected& expected) : connection_(connection), expected_(expected) {}

  /// @throws Error when the session broke or the call ended; what the server refuses is an outcome.
  Attempt run(const As& as, const pg::Sql& sql, const pg::Params& params = pg::Params());

 private:
  pg::Connection& connection_;
  const Expected& expected_;
};

}  // namespace tenure::row_security
