#include "row_security/attempt.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "row_security/sql.h"

namespace tenure::row_security {

using pg::operator""_sql;

bool Attempt::is_refused() const {
  // No privilege or a policy's WITH CHECK; the setting is unknown, or no tenant's id.
  constexpr std::array<std::string_view, 4> kRefusals{"42501", "42704", "22P02", "22023"};
  return std::find(kRefusals.begin(), kRefusals.end(), sqlstate) != kRefusals.end();
}

Attempt Attempts::run(const As& as, const pg::Sql& sql, const pg::Params& params) {
  connection_.exec("SAVEPOINT attempt"_sql);
  pg::SqlBuilder take_role;
  take_role << "SET LOCAL ROLE " << pg::Identifier(expected_.role);
  connection_.exec(take_role.build());
  connection_.exec("SET LOCAL row_security = on"_sql);
  if (as.tenant) connection_.exec(sql::kTakeTenant, pg::Params(expected_.setting, *as.tenant));
  Attempt attempt;
  try {
    const auto result = connection_.exec(sql, params);
    attempt.rows = std::max<std::int64_t>(result.rows(), result.affected());
  } catch (const Error& error) {
    if (error.sqlstate().empty()) throw;
    attempt.sqlstate = error.sqlstate();
  }
  connection_.exec("ROLLBACK TO SAVEPOINT attempt"_sql);
  connection_.exec("RELEASE SAVEPOINT attempt"_sql);
  return attempt;
}

}  // namespace tenure::row_security
