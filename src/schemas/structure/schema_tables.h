#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace tenure::schemas {

/// A table of a schema, together with its partitions.
struct SchemaTable {
  std::int64_t oid = 0;
  std::string name;
  std::vector<std::string> columns;  ///< what a row is made of: all but generated ones
  bool is_partitioned = false;
  std::int64_t locks = 0;  ///< about as many as dropping it takes
};

/// The tables of a schema, those that point at others first.
std::vector<SchemaTable> schema_tables(pg::Connection& connection, const std::string& schema);

/// Exact counts by table, of one instant for the transaction that is open: all, zeros included.
std::vector<std::int64_t> count_rows(pg::Connection& connection, const std::string& schema,
                                     const std::vector<SchemaTable>& tables);

/// The rows of a table and its partitions, in PostgreSQL's text format.
pg::Sql copy_out(const std::string& schema, const SchemaTable& table);
pg::Sql copy_in(const std::string& schema, const std::string& table, const std::vector<std::string>& columns);

/// What one transaction may take of the server's lock table, so that others have room beside it.
std::int64_t lock_allowance(pg::Connection& connection);

/// `tables` in their order, in groups whose locks each fit.
std::vector<std::vector<SchemaTable>> in_groups(std::vector<SchemaTable> tables, std::int64_t most_locks);

/// @throws Error(refused) naming what outside of the schema depends on it and would go with it: views, foreign keys,
/// functions.
void refuse_dependents(pg::Connection& connection, const std::string& schema);

/// Keeps everybody out of these until the end of the transaction. As its first statement it comes before the instant
/// that a transaction of one instant sees, so that nothing comes in between.
void close_tables(pg::Connection& connection, const std::string& schema, const std::vector<SchemaTable>& tables);

/// DROP TABLE … CASCADE of all of these, and DROP SCHEMA … CASCADE.
pg::Sql drop_tables(const std::string& schema, const std::vector<SchemaTable>& tables);
pg::Sql drop_schema(const std::string& schema);

}  // namespace tenure::schemas
