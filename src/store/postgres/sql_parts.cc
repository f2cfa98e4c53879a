#include "store/postgres/sql_parts.h"

namespace tenure::store {

using catalog::TableName;
using pg::Identifier;
using pg::SqlBuilder;

void add_table(SqlBuilder& sql, const TableName& name) {
  sql << Identifier(name.schema) << "." << Identifier(name.name);
}

void add_source(SqlBuilder& sql, const TableName& name, bool is_partitioned, int alias) {
  if (!is_partitioned) sql << "ONLY ";
  add_table(sql, name);
  sql << " AS t" << alias;
}

void add_column(SqlBuilder& sql, int alias, const std::string& column) {
  sql << "t" << alias << "." << Identifier(column);
}

void add_names(SqlBuilder& sql, const std::vector<std::string>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(columns[at]);
  }
}

void add_columns(SqlBuilder& sql, int alias, const std::vector<std::string>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) sql << ", ";
    add_column(sql, alias, columns[at]);
  }
}

void add_condition(SqlBuilder& sql, const estate::Condition& condition, int alias) {
  bool is_first = true;
  for (const auto& [column, value] : condition) {
    if (!is_first) sql << " AND ";
    is_first = false;
    add_column(sql, alias, column);
    if (value) {
      sql << " = ";
      sql.constant(*value);
    } else {
      sql << " IS NULL";
    }
  }
}

void add_key_match(SqlBuilder& sql, const std::vector<std::string>& columns, int alias,
                   const std::vector<std::string>& parent_columns, int parent_alias, bool as_text) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) sql << " AND ";
    add_column(sql, parent_alias, parent_columns[at]);
    as_text ? sql << "::text = " : sql << " = ";
    add_column(sql, alias, columns[at]);
    if (as_text) sql << "::text";
  }
}

}  // namespace tenure::store
