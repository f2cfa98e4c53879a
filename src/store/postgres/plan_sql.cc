#include "store/postgres/plan_sql.h"

#include <algorithm>

#include "pg/sql.h"

namespace tenure::store {
namespace {

using catalog::TableName;
using catalog::TypeClass;
using pg::Identifier;
using pg::Sql;
using pg::SqlBuilder;
using pg::operator""_sql;
using plan::Guard;
using plan::OwnedTable;

void add_table(SqlBuilder& sql, const TableName& name) {
  sql << Identifier(name.schema) << "." << Identifier(name.name);
}

// ONLY keeps the children of an inheriting table out: they are tables of their own in the plan.
void add_source(SqlBuilder& sql, const TableName& name, bool is_partitioned, int alias) {
  if (!is_partitioned) sql << "ONLY ";
  add_table(sql, name);
  sql << " AS t" << alias;
}

void add_column(SqlBuilder& sql, int alias, const std::string& column) {
  sql << "t" << alias << "." << Identifier(column);
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

void add_subject_match(SqlBuilder& sql, int alias, const std::string& column, TypeClass type) {
  add_column(sql, alias, column);
  // People write a UUID in either case; a list of both still uses the column's index.
  type == TypeClass::uuid ? sql << " = $1::uuid" : sql << " IN ($1::text, upper($1::text))";
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

void add_names(SqlBuilder& sql, const std::vector<std::string>& columns) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(columns[at]);
  }
}

}  // namespace

PlanSql::PlanSql(const plan::ErasurePlan& plan) : plan_(plan) {
  for (const auto& guard : plan_.guards) {
    if (plan_.triggers == plan::TriggerMode::fire && !guard.is_declared) continue;
    checked_.push_back(&guard);
    const auto known = std::ranges::find(collections_, guard.parent, &KeyCollection::table);
    auto& collection = known != collections_.end()
                           ? *known
                           : collections_.emplace_back(
                                 KeyCollection{guard.parent, "tenure_keys_" + std::to_string(collections_.size()), {}});
    for (const auto& column : guard.parent_columns) {
      if (std::ranges::find(collection.columns, column) == collection.columns.end())
        collection.columns.push_back(column);
    }
  }
}

const KeyCollection* PlanSql::collection_of(const TableName& table) const {
  const auto found = std::ranges::find(collections_, table, &KeyCollection::table);
  return found == collections_.end() ? nullptr : &*found;
}

// The row t<alias> of `table` is the subject's (and does not stay by a condition, unless asked for those too).
void PlanSql::add_predicate(SqlBuilder& sql, const OwnedTable& table, int alias, int& next_alias,
                            bool with_kept_rows) const {
  sql << "(";
  if (table.is_direct()) {
    add_subject_match(sql, alias, table.subject_column, table.subject_type);
  }
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
    add_predicate(sql, parent, parent_alias, next_alias, false);
    link.when.empty() ? sql << ")" : sql << "))";
  }
  sql << ")";
  if (!table.kept_rows.empty() && !with_kept_rows) {
    sql << " AND (";
    add_condition(sql, table.kept_rows, alias);
    sql << ") IS NOT TRUE";
  }
}

SubjectSql PlanSql::count_rows(const OwnedTable& table) const {
  SqlBuilder sql;
  int next_alias = 1;
  sql << "SELECT count(*) FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  add_predicate(sql, table, 0, next_alias, false);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::count_kept_rows(const OwnedTable& table) const {
  SqlBuilder sql;
  int next_alias = 1;
  sql << "SELECT count(*) FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  add_predicate(sql, table, 0, next_alias, true);
  sql << " AND ";
  add_condition(sql, table.kept_rows, 0);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::count_files(const OwnedTable& table) const {
  SqlBuilder sql;
  int next_alias = 1;
  sql << "SELECT count(DISTINCT ";
  add_column(sql, 0, table.files->column);
  sql << ") FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  add_predicate(sql, table, 0, next_alias, false);
  return SubjectSql(sql.build());
}

// The row t0 of the guard's child points at a row of the subject and is not the subject's.
void PlanSql::add_outside_predicate(SqlBuilder& sql, const Guard& guard) const {
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
  add_predicate(sql, parent, 1, next_alias, false);
  sql << ")";
  if (const auto child = plan_.tables.find(guard.child); child != plan_.tables.end()) {
    sql << " AND (";
    add_predicate(sql, child->second, 0, next_alias, false);
    sql << ") IS NOT TRUE";
  }
}

SubjectSql PlanSql::count_outside_rows(const Guard& guard) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, guard.child, guard.child_is_partitioned, 0);
  sql << " WHERE ";
  add_outside_predicate(sql, guard);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::detach(const plan::DetachStep& step) const {
  const auto& guard = plan_.guards.at(step.guard);
  SqlBuilder sql;
  sql << "UPDATE ";
  add_source(sql, guard.child, guard.child_is_partitioned, 0);
  sql << " SET ";
  for (std::size_t at = 0; at < guard.detached_columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(guard.detached_columns[at]);
    guard.rule == estate::OutsideAction::set_default ? sql << " = DEFAULT" : sql << " = NULL";
  }
  sql << " WHERE ";
  add_outside_predicate(sql, guard);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::count_changed_rows(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, step.table, step.is_partitioned, 0);
  sql << " WHERE ";
  add_subject_match(sql, 0, step.column, step.type);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::set_null(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  sql << "UPDATE ";
  add_source(sql, step.table, step.is_partitioned, 0);
  sql << " SET " << Identifier(step.column) << " = NULL WHERE ";
  add_subject_match(sql, 0, step.column, step.type);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::list_tenants(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  sql << "SELECT DISTINCT ";
  add_column(sql, 0, step.tenant_column);
  sql << "::text FROM ";
  add_source(sql, step.table, step.is_partitioned, 0);
  sql << " WHERE ";
  add_subject_match(sql, 0, step.column, step.type);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::set_pseudonym(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  sql << "UPDATE ";
  add_source(sql, step.table, step.is_partitioned, 0);
  sql << " SET " << Identifier(step.column);
  step.type == TypeClass::uuid ? sql << " = $2::uuid WHERE " : sql << " = $2::text WHERE ";
  add_subject_match(sql, 0, step.column, step.type);
  if (!step.tenant_column.empty()) {
    sql << " AND ";
    add_column(sql, 0, step.tenant_column);
    sql << "::text IS NOT DISTINCT FROM $3::text";
  }
  return SubjectSql(sql.build());
}

void PlanSql::add_delete(SqlBuilder& sql, const OwnedTable& table) const {
  int next_alias = 1;
  sql << "DELETE FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  add_predicate(sql, table, 0, next_alias, false);
}

bool PlanSql::names_files(const plan::DeleteStep& step) const {
  return std::ranges::any_of(step.tables, [&](const TableName& name) { return owned(name).files.has_value(); });
}

bool PlanSql::is_plain(const plan::DeleteStep& step) const {
  return step.tables.size() == 1 && collection_of(step.tables.front()) == nullptr && !names_files(step);
}

SubjectSql PlanSql::delete_rows(const plan::DeleteStep& step) const {
  SqlBuilder sql;
  if (is_plain(step)) {
    add_delete(sql, owned(step.tables.front()));
    return SubjectSql(sql.build());
  }
  SqlBuilder counts;
  int at = 0;
  for (const auto& name : step.tables) {
    const auto& table = owned(name);
    const auto* keys = collection_of(name);
    at == 0 ? sql << "WITH d" : sql << ",\n     d";
    sql << at << " AS (";
    add_delete(sql, table);
    sql << " RETURNING ";
    if (keys == nullptr && !table.files) sql << "1";
    if (keys != nullptr) add_names(sql, keys->columns);
    if (table.files) {
      if (keys != nullptr) sql << ", ";
      sql << Identifier(table.files->column) << " AS tenure_file";
    }
    sql << ")";
    if (keys != nullptr) {
      sql << ",\n     k" << at << " AS (INSERT INTO pg_temp." << Identifier(keys->temporary_table) << " SELECT ";
      add_names(sql, keys->columns);
      sql << " FROM d" << at << ")";
    }
    at == 0 ? counts << "(SELECT count(*) FROM d" : counts << ", (SELECT count(*) FROM d";
    counts << at << ")";
    if (table.files) {
      sql << ",\n     f" << at
          << " AS (INSERT INTO tenure.pending_files (receipt_key, table_label, path) SELECT DISTINCT $2::text, ";
      sql.constant(table.label);
      sql << ", tenure_file FROM d" << at << " WHERE tenure_file IS NOT NULL RETURNING 1)";
      counts << ", (SELECT count(*) FROM f" << at << ")";
    }
    ++at;
  }
  sql << "\nSELECT " << counts.build();
  return SubjectSql(sql.build());
}

Sql PlanSql::create_key_collection(const KeyCollection& collection) const {
  SqlBuilder sql;
  sql << "CREATE TEMPORARY TABLE " << Identifier(collection.temporary_table) << " ON COMMIT DROP AS SELECT ";
  add_names(sql, collection.columns);
  sql << " FROM ";
  add_table(sql, collection.table);
  sql << " WITH NO DATA";
  return sql.build();
}

Sql PlanSql::analyze_key_collection(const KeyCollection& collection) const {
  SqlBuilder sql;
  sql << "ANALYZE pg_temp." << Identifier(collection.temporary_table);
  return sql.build();
}

Sql PlanSql::count_dangling_rows(const Guard& guard) const {
  const auto* keys = collection_of(guard.parent);
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, guard.child, guard.child_is_partitioned, 0);
  sql << " WHERE ";
  if (!guard.when.empty()) {
    add_condition(sql, guard.when, 0);
    sql << " AND ";
  }
  sql << "EXISTS (SELECT FROM pg_temp." << Identifier(keys->temporary_table) << " AS t1 WHERE ";
  add_key_match(sql, guard.columns, 0, guard.parent_columns, 1, guard.as_text);
  sql << ")";
  return sql.build();
}

Sql PlanSql::lock_tables() const {
  SqlBuilder sql;
  for (const auto& [name, table] : plan_.tables) {
    sql.empty() ? sql << "LOCK TABLE " : sql << ", ";
    if (!table.is_partitioned) sql << "ONLY ";
    add_table(sql, name);
  }
  if (!sql.empty()) sql << " IN ROW EXCLUSIVE MODE";
  return sql.build();
}

Sql PlanSql::refresh(const plan::RefreshStep& step) const {
  SqlBuilder sql;
  sql << "REFRESH MATERIALIZED VIEW ";
  add_table(sql, step.view);
  return sql.build();
}

std::vector<Sql> PlanSql::script() const {
  std::vector<Sql> statements;
  if (plan_.triggers == plan::TriggerMode::skip)
    statements.push_back("SET LOCAL session_replication_role = replica"_sql);
  if (!plan_.tables.empty()) statements.push_back(lock_tables());
  for (const auto& collection : collections_) statements.push_back(create_key_collection(collection));
  for (const auto& step : plan_.steps) {
    if (const auto* detach_step = std::get_if<plan::DetachStep>(&step)) {
      statements.push_back(detach(*detach_step).sql());
    } else if (const auto* change = std::get_if<plan::ChangeStep>(&step)) {
      statements.push_back(
          (change->action == estate::UserAction::set_null ? set_null(*change) : set_pseudonym(*change)).sql());
    } else if (const auto* deletion = std::get_if<plan::DeleteStep>(&step)) {
      statements.push_back(delete_rows(*deletion).sql());
    } else if (const auto* view = std::get_if<plan::RefreshStep>(&step)) {
      statements.push_back(refresh(*view));
    }
  }
  for (const auto& collection : collections_) statements.push_back(analyze_key_collection(collection));
  for (const auto* guard : checked_) statements.push_back(count_dangling_rows(*guard));
  return statements;
}

}  // namespace tenure::store
