#include "store/postgres/plan_sql.h"

#include <algorithm>

#include "store/postgres/sql_parts.h"

namespace tenure::store {

using catalog::TableName;
using catalog::TypeClass;
using pg::Identifier;
using pg::Sql;
using pg::SqlBuilder;
using pg::operator""_sql;
using plan::Guard;
using plan::OwnedTable;

PlanSql::PlanSql(const plan::ErasurePlan& plan, const Scratch& scratch) : plan_(plan), rows_(plan), scratch_(scratch) {
  for (const auto& guard : plan_.guards) {
    if (plan_.triggers == plan::TriggerMode::fire && !guard.is_declared) continue;
    checked_.push_back(&guard);
    const auto known = std::ranges::find(collections_, guard.parent, &KeyCollection::table);
    auto& collection = known != collections_.end()
                           ? *known
                           : collections_.emplace_back(KeyCollection{
                                 guard.parent, scratch_.table("keys_" + std::to_string(collections_.size())), {}});
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

Sql PlanSql::count_where(const TableName& table, bool is_partitioned, const Sql& condition) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, table, is_partitioned, 0);
  sql << " WHERE " << condition;
  return sql.build();
}

SubjectSql PlanSql::count_rows(const OwnedTable& table, const Slice& slice) const {
  SqlBuilder condition;
  rows_.add_slice(condition, table, slice);
  return SubjectSql(count_where(table.name, table.is_partitioned, condition.build()));
}

SubjectSql PlanSql::count_kept_rows(const OwnedTable& table) const {
  SqlBuilder condition;
  int next_alias = 1;
  rows_.add_owned(condition, table, 0, next_alias, true);
  condition << " AND ";
  add_condition(condition, table.kept_rows, 0);
  return SubjectSql(count_where(table.name, table.is_partitioned, condition.build()));
}

SubjectSql PlanSql::count_files(const OwnedTable& table) const {
  SqlBuilder sql;
  sql << "SELECT count(DISTINCT ";
  add_column(sql, 0, table.files->column);
  sql << ") FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, table, {});
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::count_outside_rows(const Guard& guard) const {
  SqlBuilder condition;
  rows_.add_outside(condition, guard);
  return SubjectSql(count_where(guard.child, guard.child_is_partitioned, condition.build()));
}

SubjectSql PlanSql::count_changed_rows(const plan::ChangeStep& step) const {
  SqlBuilder condition;
  rows_.add_match(condition, 0, step.column, step.type);
  return SubjectSql(count_where(step.table, step.is_partitioned, condition.build()));
}

SubjectSql PlanSql::count_rows_up_to(const OwnedTable& table, std::int64_t most) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM (SELECT FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, table, {});
  sql << " LIMIT ";
  sql.constant(std::to_string(most));
  sql << ") AS counted";
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::list_strips(const OwnedTable& table, const std::string& from, std::int64_t rows) const {
  SqlBuilder sql;
  sql << "SELECT min(place)::text, max(place)::text FROM (SELECT t0.ctid AS place, row_number() OVER (ORDER BY "
         "t0.ctid) - 1 AS number FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, table, Slice{.from = from});
  sql << ") AS numbered GROUP BY number / ";
  sql.constant(std::to_string(rows));
  sql << "::bigint ORDER BY min(place)";
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::count_unsafe_files(const OwnedTable& table) const {
  SqlBuilder condition;
  rows_.add_slice(condition, table, {});
  condition << " AND ";
  add_column(condition, 0, table.files->column);
  condition << " ~ '(^|/)\\.{0,2}(/|$)'";
  return SubjectSql(count_where(table.name, table.is_partitioned, condition.build()));
}

void PlanSql::add_update(SqlBuilder& sql, const TableName& table, bool is_partitioned) const {
  sql << "UPDATE ";
  add_source(sql, table, is_partitioned, 0);
  sql << " SET ";
}

SubjectSql PlanSql::detach(const plan::DetachStep& step) const {
  const auto& guard = plan_.guards.at(step.guard);
  SqlBuilder sql;
  add_update(sql, guard.child, guard.child_is_partitioned);
  for (std::size_t at = 0; at < guard.detached_columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(guard.detached_columns[at]);
    guard.rule == estate::OutsideAction::set_default ? sql << " = DEFAULT" : sql << " = NULL";
  }
  sql << " WHERE ";
  rows_.add_outside(sql, guard);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::set_null(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  add_update(sql, step.table, step.is_partitioned);
  sql << Identifier(step.column) << " = NULL WHERE ";
  rows_.add_match(sql, 0, step.column, step.type);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::list_tenants(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  sql << "SELECT DISTINCT ";
  add_column(sql, 0, step.tenant_column);
  sql << "::text FROM ";
  add_source(sql, step.table, step.is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_match(sql, 0, step.column, step.type);
  return SubjectSql(sql.build());
}

SubjectSql PlanSql::set_pseudonym(const plan::ChangeStep& step) const {
  SqlBuilder sql;
  add_update(sql, step.table, step.is_partitioned);
  sql << Identifier(step.column);
  step.type == TypeClass::uuid ? sql << " = $2::uuid WHERE " : sql << " = $2::text WHERE ";
  rows_.add_match(sql, 0, step.column, step.type);
  if (!step.tenant_column.empty()) {
    sql << " AND ";
    add_column(sql, 0, step.tenant_column);
    sql << "::text IS NOT DISTINCT FROM $3::text";
  }
  return SubjectSql(sql.build());
}

bool PlanSql::names_files(const plan::DeleteStep& step) const {
  return std::ranges::any_of(step.tables, [&](const TableName& name) { return rows_.owned(name).files.has_value(); });
}

bool PlanSql::is_plain(const plan::DeleteStep& step) const {
  return step.tables.size() == 1 && collection_of(step.tables.front()) == nullptr && !names_files(step);
}

SubjectSql PlanSql::delete_rows(const plan::DeleteStep& step, const Slice& slice) const {
  SqlBuilder sql;
  SqlBuilder counts;
  int at = 0;
  for (const auto& name : step.tables) {
    const auto& table = rows_.owned(name);
    const auto* keys = collection_of(name);
    if (!is_plain(step)) {
      at == 0 ? sql << "WITH d" : sql << ",\n     d";
      sql << at << " AS (";
    }
    sql << "DELETE FROM ";
    add_source(sql, table.name, table.is_partitioned, 0);
    sql << " WHERE ";
    rows_.add_slice(sql, table, slice);
    if (is_plain(step)) return SubjectSql(sql.build());
    sql << " RETURNING ";
    if (keys == nullptr && !table.files) sql << "1";
    if (keys != nullptr) add_names(sql, keys->columns);
    if (table.files) {
      if (keys != nullptr) sql << ", ";
      sql << Identifier(table.files->column) << " AS tenure_file";
    }
    sql << ")";
    if (keys != nullptr) add_key_collecting(sql, *keys, at);
    if (table.files) add_file_listing(sql, table, at, "$2::text"_sql, "NULL::uuid"_sql);
    at == 0 ? counts << "(SELECT count(*) FROM d" : counts << ", (SELECT count(*) FROM d";
    counts << at << ")";
    ++at;
  }
  sql << "\nSELECT " << counts.build();
  return SubjectSql(sql.build());
}

void add_key_collecting(SqlBuilder& sql, const KeyCollection& keys, int number) {
  sql << ",\n     k" << number << " AS (INSERT INTO ";
  add_table(sql, keys.keys);
  sql << " SELECT ";
  add_names(sql, keys.columns);
  sql << " FROM d" << number << ")";
}

// A file that an earlier part of the same erasure has listed is not listed again.
void add_file_listing(SqlBuilder& sql, const OwnedTable& table, int number, const Sql& receipt_key, const Sql& job) {
  sql << ",\n     f" << number
      << " AS (INSERT INTO tenure.pending_files (receipt_key, table_label, path, job_id) SELECT DISTINCT "
      << receipt_key << ", ";
  sql.constant(table.label);
  sql << ", tenure_file, " << job << " FROM d" << number
      << " WHERE tenure_file IS NOT NULL AND NOT EXISTS (SELECT FROM tenure.pending_files AS p WHERE p.receipt_key = "
      << receipt_key << " AND p.table_label = ";
  sql.constant(table.label);
  sql << " AND md5(p.path) = md5(tenure_file) AND p.path = tenure_file))";
}

Sql PlanSql::create_key_collection(const KeyCollection& collection) const {
  SqlBuilder sql;
  scratch_.is_temporary() ? sql << "CREATE TEMPORARY TABLE " : sql << "CREATE UNLOGGED TABLE ";
  add_table(sql, collection.keys);
  if (scratch_.is_temporary()) sql << " ON COMMIT DROP";
  sql << " AS SELECT ";
  add_names(sql, collection.columns);
  sql << " FROM ";
  add_table(sql, collection.table);
  sql << " WITH NO DATA";
  return sql.build();
}

Sql PlanSql::analyze_key_collection(const KeyCollection& collection) const {
  SqlBuilder sql;
  sql << "ANALYZE ";
  add_table(sql, collection.keys);
  return sql.build();
}

Sql PlanSql::drop_key_collection(const KeyCollection& collection) const {
  SqlBuilder sql;
  sql << "DROP TABLE ";
  add_table(sql, collection.keys);
  return sql.build();
}

Sql PlanSql::count_dangling_rows(const Guard& guard) const {
  SqlBuilder condition;
  if (!guard.when.empty()) {
    add_condition(condition, guard.when, 0);
    condition << " AND ";
  }
  condition << "EXISTS (SELECT FROM ";
  add_table(condition, collection_of(guard.parent)->keys);
  condition << " AS t1 WHERE ";
  add_key_match(condition, guard.columns, 0, guard.parent_columns, 1, guard.as_text);
  condition << ")";
  return count_where(guard.child, guard.child_is_partitioned, condition.build());
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
