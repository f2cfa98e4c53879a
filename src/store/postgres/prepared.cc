#include "store/postgres/prepared.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/planted_bug.h"
#include "pg/sqlstate.h"
#include "store/postgres/receipts.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

std::string prefix_of(const JobId& job, const std::string& service) {
  return fmt::format("tenure/{}/{}/", job.str(), service);
}

/// Whether the order is committed here, however it came to be.
bool is_committed(pg::Connection& connection, const EraseRequest& request) {
  install_service_schema(connection);
  return find_receipt(connection, request).has_value();
}

pg::Sql statement(const std::string& name, Decision decision) {
  pg::SqlBuilder sql;
  decision == Decision::commit ? sql << "COMMIT PREPARED " : sql << "ROLLBACK PREPARED ";
  sql.constant(name);
  return sql.build();
}

}  // namespace

std::string prepared_name(const EraseRequest& request, const std::string& service) {
  return prefix_of(*request.job, service) + std::to_string(request.epoch);
}

std::vector<std::int64_t> list_prepared(pg::Connection& connection, const JobId& job, const std::string& service) {
  const auto prefix = prefix_of(job, service);
  const auto names = connection.exec(sql::kListPrepared, pg::Params(prefix));
  std::vector<std::int64_t> epochs;
  for (int row = 0; row < names.rows(); ++row) {
    const auto text = names.text(row, 0).substr(prefix.size());
    std::int64_t epoch = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (failed == std::errc() && end == text.data() + text.size()) epochs.push_back(epoch);
  }
  return epochs;
}

void refuse_unprepared_server(pg::Connection& connection) {
  if (connection.exec(sql::kReadPreparedLimit).int64(0, 0) > 0) return;
  throw Error(ErrorCode::refused,
              "the server keeps no prepared transactions: set max_prepared_transactions to at least the number of jobs "
              "that run at once, or leave out `atomic:`");
}

void end_prepared(pg::Connection& connection, const EraseRequest& request, const std::string& service,
                  Decision decision) {
  if (!request.job) throw Error(ErrorCode::invalid_argument, "job: only a job prepares an erasure");
  try {
    connection.exec(statement(prepared_name(request, service), decision));
    return;
  } catch (const Error& error) {
    if (error.sqlstate().empty() && error.code() == ErrorCode::unavailable) {
      throw Error(ErrorCode::outcome_unknown, "no answer to the decision on what was prepared", Retry::later);
    }
    if (error.sqlstate() == pg::kNotInPrerequisiteState) {
      throw Error(ErrorCode::conflict, "somebody else decides on what was prepared at this moment", Retry::later);
    }
    if (error.sqlstate() != pg::kUndefinedObject) throw;
  }
  const bool is_there = is_committed(connection, request);
  if (decision == Decision::commit && !is_there && !TENURE_BUG("prepared.gone_is_committed")) {
    throw Error(ErrorCode::conflict, "what was prepared is gone and left no receipt: it was rolled back");
  }
  if (decision == Decision::roll_back && is_there) {
    throw Error(ErrorCode::conflict, "what was prepared has been committed");
  }
}

}  // namespace tenure::store
