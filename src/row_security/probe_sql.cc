#include "row_security/probe_sql.h"

#include <algorithm>

namespace tenure::row_security {
namespace {

using pg::Identifier;
using pg::Sql;
using pg::SqlBuilder;

void add_name(SqlBuilder& sql, const catalog::TableName& name) {
  sql << Identifier(name.schema) << "." << Identifier(name.name);
}

void add_condition(SqlBuilder& sql, const estate::Condition& condition) {
  bool is_first = true;
  for (const auto& [column, value] : condition) {
    if (!is_first) sql << " AND ";
    is_first = false;
    sql << "r." << Identifier(column);
    if (value) {
      sql << " = ";
      sql.constant(*value);
    } else {
      sql << " IS NULL";
    }
  }
}

void add_key_match(SqlBuilder& sql, const plan::Link& link) {
  for (std::size_t at = 0; at < link.columns.size(); ++at) {
    if (at > 0) sql << " AND ";
    sql << "p." << Identifier(link.parent_columns[at]);
    if (link.as_text) sql << "::text";
    sql << " = r." << Identifier(link.columns[at]);
    if (link.as_text) sql << "::text";
  }
}

}  // namespace

const std::vector<std::string>& ProbeSql::owning_columns() const { return table_.links.front().columns; }

void ProbeSql::add_table(SqlBuilder& sql) const {
  add_name(sql, table_.name);
  sql << " AS r";
}

void ProbeSql::add_owned(SqlBuilder& sql) const {
  sql << " WHERE ";
  if (table_.is_direct()) {
    sql << "r." << Identifier(table_.subject_column) << " IS NOT NULL";
  } else {
    bool is_first = true;
    for (const auto& column : owning_columns()) {
      if (!is_first) sql << " AND ";
      is_first = false;
      sql << "r." << Identifier(column) << " IS NOT NULL";
    }
    if (const auto& when = table_.links.front().when; !when.empty()) {
      sql << " AND ";
      add_condition(sql, when);
    }
  }
  if (table_.kept_rows.empty()) return;
  sql << " AND (";
  add_condition(sql, table_.kept_rows);
  sql << ") IS NOT TRUE";
}

void ProbeSql::add_place(SqlBuilder& sql) const {
  sql << " WHERE r.ctid = $1::pg_catalog.tid AND r.tableoid = $2::pg_catalog.oid";
}

Sql ProbeSql::find_sample(bool is_last) const {
  SqlBuilder sql;
  sql << "SELECT r.ctid, r.tableoid";
  if (table_.is_direct()) {
    sql << ", r." << Identifier(table_.subject_column);
  } else {
    for (const auto& column : owning_columns()) sql << ", r." << Identifier(column);
  }
  sql << " FROM ";
  add_table(sql);
  add_owned(sql);
  if (table_.is_direct()) {
    sql << " ORDER BY r." << Identifier(table_.subject_column);
    if (is_last) sql << " DESC";
  }
  sql << " LIMIT 1";
  return sql.build();
}

Sample ProbeSql::sample_of(const pg::Result& rows) const {
  Sample sample{.place = rows.text(0, 0), .partition = rows.text(0, 1), .owner = {}};
  const int width = table_.is_direct() ? 1 : static_cast<int>(owning_columns().size());
  for (int column = 0; column < width; ++column) sample.owner.push_back(rows.text(0, 2 + column));
  return sample;
}

Sql ProbeSql::see_any() const {
  SqlBuilder sql;
  sql << "SELECT 1 FROM ";
  add_table(sql);
  add_owned(sql);
  sql << " LIMIT 1";
  return sql.build();
}

Sql ProbeSql::see_others() const {
  SqlBuilder sql;
  sql << "SELECT 1 FROM ";
  add_table(sql);
  add_owned(sql);
  sql << " AND r." << Identifier(table_.subject_column) << " <> $1 LIMIT 1";
  return sql.build();
}

Sql ProbeSql::see_own() const {
  SqlBuilder sql;
  sql << "SELECT 1 FROM ";
  add_table(sql);
  add_owned(sql);
  sql << " AND r." << Identifier(table_.subject_column) << " = $1 LIMIT 1";
  return sql.build();
}

Sql ProbeSql::see_orphans() const {
  SqlBuilder sql;
  sql << "SELECT 1 FROM ";
  add_table(sql);
  add_owned(sql);
  for (const auto& link : table_.links) {
    sql << " AND NOT EXISTS (SELECT FROM ";
    add_name(sql, link.parent);
    sql << " AS p WHERE ";
    add_key_match(sql, link);
    if (!link.when.empty()) {
      sql << " AND ";
      add_condition(sql, link.when);
    }
    sql << ")";
  }
  sql << " LIMIT 1";
  return sql.build();
}

Sql ProbeSql::change() const {
  const Identifier column(table_.is_direct() ? table_.subject_column : owning_columns().front());
  SqlBuilder sql;
  sql << "UPDATE ";
  add_table(sql);
  sql << " SET " << column << " = r." << column;
  add_place(sql);
  return sql.build();
}

Sql ProbeSql::remove() const {
  SqlBuilder sql;
  sql << "DELETE FROM ";
  add_table(sql);
  add_place(sql);
  return sql.build();
}

Sql ProbeSql::give_away() const {
  SqlBuilder sql;
  sql << "UPDATE ";
  add_table(sql);
  sql << " SET " << Identifier(table_.subject_column) << " = $3";
  add_place(sql);
  return sql.build();
}

Sql ProbeSql::add() const {
  static const estate::Condition kNone;
  const auto& when = table_.is_direct() ? kNone : table_.links.front().when;
  SqlBuilder columns;
  SqlBuilder values;
  for (const auto& column : table_.columns) {
    if (!columns.empty()) {
      columns << ", ";
      values << ", ";
    }
    columns << Identifier(column.name);
    const auto position = [&]() -> std::size_t {
      if (table_.is_direct()) return column.name == table_.subject_column ? 1 : 0;
      const auto& owning = owning_columns();
      const auto found = std::find(owning.begin(), owning.end(), column.name);
      return found == owning.end() ? 0 : static_cast<std::size_t>(found - owning.begin()) + 1;
    }();
    const auto condition = when.find(column.name);
    if (position > 0) {
      values << "$" << static_cast<int>(position);
    } else if (condition != when.end() && condition->second) {
      values.constant(*condition->second);
    } else {
      values << "NULL";
    }
  }
  SqlBuilder sql;
  sql << "INSERT INTO ";
  add_name(sql, table_.name);
  sql << " (" << columns.build() << ") OVERRIDING SYSTEM VALUE VALUES (" << values.build() << ")";
  return sql.build();
}

}  // namespace tenure::row_security
