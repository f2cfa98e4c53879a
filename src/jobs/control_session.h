#pragma once

#include "base/error.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::jobs {

inline constexpr Milliseconds kStatementTimeout{15000};

/// Of each session with the control database. One that idles in a transaction belongs to a process that is stopped, or
/// to a machine that is gone; what it has locked keeps every other process from the job. The outbox's relay waits in a
/// transaction for the broker, for less than this.
inline const pg::Sql& session_limits() {
  using pg::operator""_sql;
  static const auto limits = "SET idle_in_transaction_session_timeout = '30s'"_sql;
  return limits;
}

inline Call soon() { return Call::within(kStatementTimeout); }

/// Runs `work` on a session of the control database, and once more on a fresh one when the session was lost. For work
/// that may be repeated after it has taken effect.
template <class Work>
auto with_session(pg::Pool& pool, const Work& work) {
  try {
    auto session = pool.take(soon());
    return work(*session);
  } catch (const Error& error) {
    const bool is_session_lost = error.code() == ErrorCode::unavailable || error.code() == ErrorCode::outcome_unknown;
    if (!is_session_lost || error.retry() == Retry::never) throw;
  }
  auto session = pool.take(soon());
  return work(*session);
}

/// Runs `work` in a transaction and commits it; likewise once more, but not when the COMMIT may have taken effect.
template <class Work>
auto in_transaction(pg::Pool& pool, const Work& work) {
  const auto attempt = [&] {
    auto session = pool.take(soon());
    pg::Transaction transaction(*session);
    auto result = work(transaction);
    transaction.commit();
    return result;
  };
  try {
    return attempt();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unavailable || error.retry() == Retry::never) throw;
  }
  return attempt();
}

}  // namespace tenure::jobs
