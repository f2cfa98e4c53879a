#include "store/postgres/transaction_settings.h"

#include <algorithm>

#include "store/sql.h"

namespace tenure::store {
namespace {

// A lock that is not free by then means that somebody else works on the table; the caller tries again later.
constexpr Milliseconds kLockTimeout{10000};
// Whoever is silent for longer is stopped, or its machine is gone; a successor waits for what it has locked. Longer
// than any pause of ours, and than the disk of an archive takes on a bad day.
constexpr Milliseconds kIdleTimeout{60000};

}  // namespace

void limit_transaction(pg::Connection& connection, const Call& call, Workers workers) {
  // 0 is no limit to PostgreSQL; a limit that has passed is the shortest.
  const auto statement =
      call.deadline.is_unlimited() ? Milliseconds(0) : std::max(call.deadline.left(), Milliseconds(1));
  const auto lock = std::min(call.deadline.left(), kLockTimeout);
  connection.exec(sql::kLimitTransaction,
                  pg::Params(std::to_string(statement.count()), std::to_string(std::max(lock, Milliseconds(1)).count()),
                             std::to_string(kIdleTimeout.count()), workers == Workers::one));
}

std::string pin_formats(pg::Connection& connection) { return connection.exec(sql::kPinFormats).text(0, 0); }

}  // namespace tenure::store
