#include "pg/transaction.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::pg {
namespace {

constexpr Milliseconds kRollbackTimeout{5000};

}  // namespace

Transaction::Transaction(Connection& connection, Snapshot snapshot) : connection_(connection) {
  connection_.exec(snapshot == Snapshot::fixed ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"_sql
                                               : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"_sql);
}

Transaction::~Transaction() {
  if (!is_open_ || !connection_.is_in_transaction()) return;
  // However little time the call has left; the statements that follow have as much as they had.
  const auto call = connection_.bind(Call::within(kRollbackTimeout));
  try {
    connection_.exec("ROLLBACK"_sql);
  } catch (const Error&) {
    // The session is broken or closed; the server rolls back by itself.
  }
  connection_.bind(call);
}

void Transaction::commit() { end("COMMIT"_sql, "COMMIT"); }

void Transaction::prepare(std::string_view name) {
  SqlBuilder sql;
  sql << "PREPARE TRANSACTION ";
  sql.constant(name);
  end(sql.build(), "PREPARE TRANSACTION");
}

void Transaction::end(const Sql& how, std::string_view tag) {
  is_open_ = false;
  Result result(nullptr);
  try {
    result = connection_.exec(how);
  } catch (const Error& error) {
    const bool is_answered = !error.sqlstate().empty();
    if (is_answered) throw;
    throw Error(ErrorCode::outcome_unknown, fmt::format("no answer to {}", tag), Retry::later);
  }
  // To a transaction that has failed, either means ROLLBACK, and is no error.
  if (result.command() != tag) throw Error(ErrorCode::conflict, "the transaction had failed and was rolled back");
}

}  // namespace tenure::pg
