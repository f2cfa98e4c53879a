#include "schemas/structure/schema_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "schemas/sql.h"
#include "schemas/structure/making_order.h"

namespace tenure::schemas {
namespace {

// A quarter: others migrate, erase and work meanwhile.
constexpr std::int64_t kShareOfLocks = 4;

MakingOrder::Needs needs_of(pg::Connection& connection, const std::string& schema) {
  MakingOrder::Needs needs;
  const auto rows = connection.exec(sql::kListTableNeeds, pg::Params(schema));
  for (int row = 0; row < rows.rows(); ++row) needs[rows.int64(row, 0)].insert(rows.int64(row, 1));
  return needs;
}

void add_columns(pg::SqlBuilder& sql, const std::vector<std::string>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << pg::Identifier(columns[at]);
  }
}

}  // namespace

std::vector<SchemaTable> schema_tables(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.exec(sql::kListTables, pg::Params(schema));
  std::map<std::int64_t, SchemaTable> tables;
  std::vector<std::int64_t> ids;
  for (int row = 0; row < rows.rows(); ++row) {
    ids.push_back(rows.int64(row, 0));
    tables[ids.back()] = {.oid = ids.back(),
                          .name = rows.text(row, 1),
                          .columns = rows.text_array(row, 2),
                          .is_partitioned = rows.boolean(row, 3),
                          .locks = rows.int64(row, 4)};
  }
  auto order = order_of_making(ids, {}, needs_of(connection, schema)).order;
  std::reverse(order.begin(), order.end());
  std::vector<SchemaTable> sorted;
  sorted.reserve(order.size());
  for (const auto id : order) sorted.push_back(std::move(tables.at(id)));
  return sorted;
}

std::vector<std::int64_t> count_rows(pg::Connection& connection, const std::string& schema,
                                     const std::vector<SchemaTable>& tables) {
  std::vector<std::int64_t> counts(tables.size(), 0);
  if (tables.empty()) return counts;
  pg::SqlBuilder query;
  for (std::size_t at = 0; at < tables.size(); ++at) {
    if (at > 0) query << " UNION ALL ";
    query << "SELECT " << static_cast<int>(at) << ", count(*) FROM ";
    if (!tables[at].is_partitioned) query << "ONLY ";
    query << pg::Identifier(schema) << "." << pg::Identifier(tables[at].name);
  }
  const auto rows = connection.exec(query.build());
  for (int row = 0; row < rows.rows(); ++row) counts[static_cast<std::size_t>(rows.int64(row, 0))] = rows.int64(row, 1);
  return counts;
}

pg::Sql copy_out(const std::string& schema, const SchemaTable& table) {
  pg::SqlBuilder copy;
  copy << "COPY ";
  if (table.is_partitioned) {
    copy << "(SELECT ";
    add_columns(copy, table.columns);
    copy << " FROM " << pg::Identifier(schema) << "." << pg::Identifier(table.name) << ")";
  } else {
    copy << pg::Identifier(schema) << "." << pg::Identifier(table.name) << " (";
    add_columns(copy, table.columns);
    copy << ")";
  }
  copy << " TO STDOUT";
  return copy.build();
}

pg::Sql copy_in(const std::string& schema, const std::string& table, const std::vector<std::string>& columns) {
  pg::SqlBuilder copy;
  copy << "COPY " << pg::Identifier(schema) << "." << pg::Identifier(table) << " (";
  add_columns(copy, columns);
  copy << ") FROM STDIN";
  return copy.build();
}

std::int64_t lock_allowance(pg::Connection& connection) {
  return connection.exec(sql::kMeasureLockTable).int64(0, 0) / kShareOfLocks;
}

std::vector<std::vector<SchemaTable>> in_groups(std::vector<SchemaTable> tables, std::int64_t most_locks) {
  std::vector<std::vector<SchemaTable>> groups;
  std::int64_t locks = 0;
  for (auto& table : tables) {
    if (groups.empty() || locks + table.locks > most_locks) {
      groups.emplace_back();
      locks = 0;
    }
    locks += table.locks;
    groups.back().push_back(std::move(table));
  }
  return groups;
}

void refuse_dependents(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.exec(sql::kListDependents, pg::Params(schema));
  if (rows.empty()) return;
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.push_back(rows.text(row, 0));
  throw Error(ErrorCode::refused,
              fmt::format("others depend on the schema {} and would go with it: {}", schema, fmt::join(names, ", ")));
}

void close_tables(pg::Connection& connection, const std::string& schema, const std::vector<SchemaTable>& tables) {
  if (tables.empty()) return;
  pg::SqlBuilder lock;
  lock << "LOCK TABLE ";
  for (std::size_t at = 0; at < tables.size(); ++at) {
    if (at > 0) lock << ", ";
    lock << pg::Identifier(schema) << "." << pg::Identifier(tables[at].name);
  }
  lock << " IN ACCESS EXCLUSIVE MODE";
  connection.exec(lock.build());
}

pg::Sql drop_tables(const std::string& schema, const std::vector<SchemaTable>& tables) {
  pg::SqlBuilder drop;
  drop << "DROP TABLE ";
  for (std::size_t at = 0; at < tables.size(); ++at) {
    if (at > 0) drop << ", ";
    drop << pg::Identifier(schema) << "." << pg::Identifier(tables[at].name);
  }
  drop << " CASCADE";
  return drop.build();
}

pg::Sql drop_schema(const std::string& schema) {
  pg::SqlBuilder drop;
  drop << "DROP SCHEMA IF EXISTS " << pg::Identifier(schema) << " CASCADE";
  return drop.build();
}

}  // namespace tenure::schemas
