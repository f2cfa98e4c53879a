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
  if (const auto* rows = std::get_if<AnyRows>(&slice)) return add_any_rows(sql, table, *rows, next_alias);
  const auto* range = std::get_if<KeyRange>(&slice);
  if (range == nullptr) return;
  for (const auto* bound : {&range->from, &range->before}) {
    if (bound->empty()) continue;
    sql << " AND ";
    add_key_bound(sql, table.primary_key, 0, bound == &range->from, *bound);
  }
}

// By key where there is one. Without, by where they lie: a row that is moved meanwhile is left for another statement.
void SubjectRows::add_any_rows(SqlBuilder& sql, const OwnedTable& table, const AnyRows& rows, int next_alias) const {
  const bool has_key = !table.primary_key.empty();
  const int same = next_alias++;
  sql << " AND ";
  if (has_key) {
    sql << "(";
    add_columns(sql, 0, table.primary_key);
    sql << ") IN (SELECT ";
    add_columns(sql, same, table.primary_key);
  } else {
    sql << "t0.ctid = ANY (ARRAY(SELECT t" << same << ".ctid";
  }
  sql << " FROM ";
  add_source(sql, table.name, table.is_partitioned, same);
  sql << " WHERE ";
  add_owned(sql, table, same, next_alias, false);
  for (const auto& guard : plan_.guards) {
    if (guard.parent != table.name ||
        std::ranges::find(rows.unless_named_by, guard.child) == rows.unless_named_by.end())
      continue;
    const int child = next_alias++;
    sql << " AND NOT EXISTS (SELECT FROM ";
    add_source(sql, guard.child, guard.child_is_partitioned, child);
    sql << " WHERE ";
    add_key_match(sql, guard.columns, child, guard.parent_columns, same, guard.as_text);
    if (!guard.when.empty()) {
      sql << " AND ";
      add_condition(sql, guard.when, child);
    }
    sql << ")";
  }
  sql << " LIMIT ";
  sql.constant(std::to_string(rows.at_most));
  has_key ? sql << ")" : sql << "))";
}

void SubjectRows::add_outside(SqlBuilder& sql, const Guard& guard) const {
  int next_alias = 2;
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
  if (const auto child = plan_.tables.find(guard.child); child != plan_.tables.end()) {
    sql << " AND (";
    add_owned(sql, child->second, 0, next_alias, false);
    sql << ") IS NOT TRUE";
  }
}

void add_key_bound(SqlBuilder& sql, const std::vector<std::string>& columns, int alias, bool is_lower,
                   const std::vector<std::string>& values) {
  sql << "(";
  add_columns(sql, alias, columns);
  is_lower ? sql << ") >= (" : sql << ") < (";
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (at > 0) sql << ", ";
    sql.constant(values[at]);
  }
  sql << ")";
}

}  // namespace tenure::store
