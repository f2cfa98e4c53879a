#include "store/schemas/move_sql.h"

#include "store/postgres/sql_parts.h"

namespace tenure::store {

using pg::Sql;
using pg::SqlBuilder;

void MoveSql::add_own(SqlBuilder& sql, const MovedTable& table) const { add_table(sql, {schema_, table.own.name}); }

SubjectSql MoveSql::fill(const MovedTable& table) const {
  SqlBuilder sql;
  sql << "INSERT INTO ";
  add_own(sql, table);
  sql << " (";
  add_names(sql, table.columns);
  sql << ") OVERRIDING SYSTEM VALUE SELECT ";
  add_columns(sql, 0, table.columns);
  sql << " FROM ";
  add_source(sql, table.shared->name, table.shared->is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, *table.shared, {});
  return SubjectSql(sql.build());
}

// In one statement, at whose end PostgreSQL checks the keys among them.
Sql MoveSql::give_back(const std::vector<MovedTable>& group) const {
  SqlBuilder sql;
  for (std::size_t at = 0; at < group.size(); ++at) {
    const auto& table = group[at];
    const bool is_last = at + 1 == group.size();
    if (!is_last) {
      at == 0 ? sql << "WITH i" : sql << ", i";
      sql << static_cast<int>(at) << " AS (";
    }
    sql << "INSERT INTO ";
    add_table(sql, table.shared->name);
    sql << " (";
    add_names(sql, table.columns);
    if (table.names_tenant) {
      if (!table.columns.empty()) sql << ", ";
      sql << pg::Identifier(table.shared->subject_column);
    }
    sql << ") OVERRIDING SYSTEM VALUE SELECT ";
    add_columns(sql, 0, table.columns);
    if (table.names_tenant) {
      if (!table.columns.empty()) sql << ", ";
      sql.constant(tenant_);
      if (table.shared->subject_type == catalog::TypeClass::uuid) sql << "::uuid";
    }
    sql << " FROM ";
    add_source(sql, {schema_, table.own.name}, table.own.is_partitioned, 0);
    if (!is_last) sql << ")\n";
  }
  return sql.build();
}

SubjectSql MoveSql::copy_shared(const MovedTable& table) const {
  SqlBuilder sql;
  sql << "COPY (SELECT ";
  add_columns(sql, 0, table.columns);
  sql << " FROM ";
  add_source(sql, table.shared->name, table.shared->is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, *table.shared, {});
  sql << ") TO STDOUT";
  return SubjectSql(sql.build());
}

Sql MoveSql::copy_own(const MovedTable& table) const {
  auto own = table.own;
  own.columns = table.columns;
  return copy_all(schema_, own);
}

SubjectSql MoveSql::count_left_behind(const plan::Guard& guard, bool child_moves) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, guard.child, guard.child_is_partitioned, 0);
  sql << " WHERE ";
  child_moves ? rows_.add_outside(sql, guard) : rows_.add_pointing(sql, guard);
  return SubjectSql(sql.build());
}

Sql copy_all(const std::string& schema, const schemas::SchemaTable& table) {
  SqlBuilder sql;
  sql << "COPY (SELECT ";
  add_columns(sql, 0, table.columns);
  sql << " FROM ";
  add_source(sql, {schema, table.name}, table.is_partitioned, 0);
  sql << ") TO STDOUT";
  return sql.build();
}

Sql copy_seed(const std::string& from, const std::string& to, const schemas::SchemaTable& table) {
  SqlBuilder sql;
  sql << "INSERT INTO ";
  add_table(sql, {to, table.name});
  sql << " (";
  add_names(sql, table.columns);
  sql << ") OVERRIDING SYSTEM VALUE SELECT ";
  add_columns(sql, 0, table.columns);
  sql << " FROM ";
  add_source(sql, {from, table.name}, table.is_partitioned, 0);
  return sql.build();
}

}  // namespace tenure::store
