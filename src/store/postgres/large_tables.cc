#include "store/postgres/large_tables.h"

#include <nlohmann/json.hpp>

#include "pg/transaction.h"
#include "store/postgres/plan_sql.h"
#include "store/postgres/transaction_settings.h"
#include "store/postgres/unsafe_files.h"
#include "store/sql.h"

namespace tenure::store {
namespace {

std::int64_t count(pg::Connection& connection, const SubjectSql& statement, const Subject& subject) {
  return connection.exec(statement.sql(), pg::Params(id_of(subject))).int64(0, 0);
}

}  // namespace

std::set<catalog::TableName> find_large_tables(pg::Connection& connection, const plan::ErasurePlan& plan,
                                               const Subject& subject, std::int64_t rows, const Call& call) {
  auto names = nlohmann::json::array();
  std::vector<const plan::OwnedTable*> tables;
  for (const auto& [name, table] : plan.tables) {
    names.push_back({name.schema, name.name});
    tables.push_back(&table);
  }
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  limit_transaction(connection, call, Workers::one);
  const PlanSql sql(plan);
  std::set<catalog::TableName> large;
  const auto found = connection.exec(sql::kFindLargeTables, pg::Params(names.dump(), rows));
  for (int row = 0; row < found.rows(); ++row) {
    const auto& table = *tables.at(static_cast<std::size_t>(found.int64(row, 0)) - 1);
    if (count(connection, sql.count_rows_up_to(table, rows + 1), subject) > rows) large.insert(table.name);
  }
  return large;
}

std::vector<Strip> list_strips(pg::Connection& connection, const plan::ErasurePlan& plan, const plan::OwnedTable& table,
                               const Subject& subject, const std::string& from, std::int64_t rows, const Call& call) {
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  limit_transaction(connection, call, Workers::one);
  const auto found = connection.exec(PlanSql(plan).list_strips(table, from, rows).sql(), pg::Params(id_of(subject)));
  std::vector<Strip> strips;
  for (int row = 0; row < found.rows(); ++row) strips.push_back({found.text(row, 0), found.text(row, 1)});
  return strips;
}

void refuse_unsafe_files(pg::Connection& connection, const plan::ErasurePlan& plan, const Subject& subject,
                         const Call& call) {
  pg::Transaction transaction(connection, pg::Snapshot::fixed);
  limit_transaction(connection, call, Workers::one);
  const PlanSql sql(plan);
  for (const auto& [name, table] : plan.tables) {
    if (table.files) refuse_unsafe_files(count(connection, sql.count_unsafe_files(table), subject));
  }
}

}  // namespace tenure::store
