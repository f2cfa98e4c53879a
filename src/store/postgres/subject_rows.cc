#include "store/postgres/subject_rows.h"

#include <algorithm>

#include "store/postgres/sql_parts.h"

namespace tenure::store {

using catalog::TypeClass;
using pg::SqlBuilder;
using plan::Guard;
using plan::OwnedTable;

void SubjectRows::add_match(SqlBuilder& sql, int alias, const std::string& column, TypeClass type) const {
  const auto subject = [&] { id_ ? sql.constant(*id_) : sql << "$1"; };
  add_column(sql, alias, column);
  if (type == TypeClass::uuid) {
    sql << " = ";
    subject();
    sql << "::uuid";
    return;
  }
  // People write a UUID in either case; a list of both still uses the column's index.
  sql << " IN (";
  subject();
  sql << "::text, upper(";
  subject();
  sql << "::text))";
}

void SubjectRows::add_owned(SqlBuilder& sql, const OwnedTable& table, int alias, int& next_alias,
                            bool with_kept_rows) const {
  sql << "(";
  if (table.is_direct()) add_match(sql, alias, table.subject_column, table.subject_type);
  for (std::size_t at = 0; at < table.links.size(); ++at) {
    const auto& link = table.links[at];
    const auto& parent = owned(link.parent);
    const int parent_alias = next_alias++;
    if (at > 0 || table.is_direct()) sql << " OR ";
    if (!link.when.empty()) {
      sql << "(";
      add_condition(sql, link.when, alias);
      sql << " AND ";
    }
    sql << "EXISTS (SELECT FROM ";
    add_source(sql, parent.name, parent.is_partitioned, parent_alias);
    sql << " WHERE ";
    add_key_match(sql, link.columns, alias, link.parent_columns, parent_alias, link.as_text);
    sql << " AND ";
    add_owned(sql, parent, parent_alias, next_alias, false);
    link.when.empty() ? sql << ")" : sql << "))";
  }
  sql << ")";
  if (!table.kept_rows.empty() && !with_kept_rows) {
    sql << " AND (";
    add_condition(sql, table.kept_rows, alias);
    sql << ") IS NOT TRUE";
  }
}

void SubjectRows::add_slice(SqlBuilder& sql, const OwnedTable& table, const Slice& slice) const {
  int next_alias = 1;
  add_owned(sql, table, 0, next_alias, false);
  for (const auto* place : {&slice.from, &slice.to}) {
    if (place->empty()) continue;
    place == &slice.from ? sql << " AND t0.ctid >= " : sql << " AND t0.ctid <= ";
    sql.constant(*place);
    sql << "::tid";
  }
  add_unnamed(sql, table, slice, next_alias);
}

void SubjectRows::add_unnamed(SqlBuilder& sql, const OwnedTable& table, const Slice& slice, int next_alias) const {
  for (const auto& guard : plan_.guards) {
    const auto& others = slice.unless_named_by;
    if (guard.parent != table.name || std::ranges::find(others, guard.child) == others.end()) continue;
    const int child = next_alias++;
    sql << " AND NOT EXISTS (SELECT FROM ";
    add_source(sql, guard.child, guard.child_is_partitioned, child);
    sql << " WHERE ";
    add_key_match(sql, guard.columns, child, guard.parent_columns, 0, guard.as_text);
    if (!guard.when.empty()) {
      sql << " AND ";
      add_condition(sql, guard.when, child);
    }
    sql << ")";
  }
}

void SubjectRows::add_pointing(SqlBuilder& sql, const Guard& guard) const {
  int next_alias = 2;
  add_pointing(sql, guard, next_alias);
}

void SubjectRows::add_pointing(SqlBuilder& sql, const Guard& guard, int& next_alias) const {
  const auto& parent = owned(guard.parent);
  if (!guard.when.empty()) {
    add_condition(sql, guard.when, 0);
    sql << " AND ";
  }
  sql << "EXISTS (SELECT FROM ";
  add_source(sql, parent.name, parent.is_partitioned, 1);
  sql << " WHERE ";
  add_key_match(sql, guard.columns, 0, guard.parent_columns, 1, guard.as_text);
  sql << " AND ";
  add_owned(sql, parent, 1, next_alias, false);
  sql << ")";
}

void SubjectRows::add_outside(SqlBuilder& sql, const Guard& guard) const {
  int next_alias = 2;
  add_pointing(sql, guard, next_alias);
  if (const auto child = plan_.tables.find(guard.child); child != plan_.tables.end()) {
    sql << " AND (";
    add_owned(sql, child->second, 0, next_alias, false);
    sql << ") IS NOT TRUE";
  }
}

}  // namespace tenure::store
