#include "tests/crash/plain_sql.h"

#include <libpq-fe.h>

#include <stdexcept>

namespace tenure::crash {
namespace {

struct Clearer {
  void operator()(PGresult* result) const { PQclear(result); }
};

using Result = std::unique_ptr<PGresult, Clearer>;

void require_success(PGconn* connection, const PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) return;
  throw std::runtime_error(PQerrorMessage(connection));
}

}  // namespace

void PlainSql::Closer::operator()(pg_conn* connection) const { PQfinish(connection); }

PlainSql::PlainSql(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  // Whoever holds a lock may have been stopped by the very test that asks here.
  run("SET lock_timeout = '60s'; SET statement_timeout = '180s'");
}

void PlainSql::run(const std::string& script) {
  const Result result(PQexec(connection_.get(), script.c_str()));
  require_success(connection_.get(), result.get());
}

std::vector<PlainSql::Row> PlainSql::rows(const std::string& query, const std::vector<Value>& parameters) {
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  const Result result(PQexecParams(connection_.get(), query.c_str(), static_cast<int>(values.size()), nullptr,
                                   values.data(), nullptr, nullptr, 0));
  require_success(connection_.get(), result.get());
  std::vector<Row> rows(static_cast<std::size_t>(PQntuples(result.get())));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      const bool is_null = PQgetisnull(result.get(), static_cast<int>(row), column) != 0;
      rows[row].push_back(is_null ? Value() : Value(PQgetvalue(result.get(), static_cast<int>(row), column)));
    }
  }
  return rows;
}

std::string PlainSql::value(const std::string& query, const std::vector<Value>& parameters) {
  const auto found = rows(query, parameters);
  return found.empty() ? "no row" : found.front().at(0).value_or("NULL");
}

std::string array_of(const std::vector<std::string>& values) {
  std::string text = "{";
  for (const auto& value : values) text += (text.size() > 1 ? "," : "") + value;
  return text + "}";
}

}  // namespace tenure::crash
