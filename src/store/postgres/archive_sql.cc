#include "store/postgres/archive_sql.h"

#include <algorithm>
#include <functional>

#include "store/postgres/sql_parts.h"

namespace tenure::store {

using catalog::TableName;
using catalog::TypeClass;
using pg::Identifier;
using pg::Sql;
using pg::SqlBuilder;
using plan::OwnedTable;

namespace {

Sql text_constant(const std::string& value, bool is_uuid = false) {
  SqlBuilder sql;
  sql.constant(value);
  is_uuid ? sql << "::uuid" : sql << "::text";
  return sql.build();
}

std::vector<std::string> names_of(const OwnedTable& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(column.name);
  return names;
}

}  // namespace

/// Rows that are changed and stay.
struct ArchiveSql::Change {
  TableName table;
  bool is_partitioned = false;
  const std::vector<std::string>& primary_key;
  std::vector<std::string> columns;
  std::function<void(SqlBuilder&)> add_value;  ///< what each of them becomes
  std::function<void(SqlBuilder&)> add_condition;
};

ArchiveSql::ArchiveSql(const plan::ErasurePlan& plan, const PlanSql& plan_sql, const Scratch& scratch,
                       Constants constants)
    : plan_(plan),
      plan_sql_(plan_sql),
      scratch_(scratch),
      constants_(std::move(constants)),
      rows_(plan, constants_.subject) {}

// d<number> AS (DELETE …), and what takes keys and files from it.
void ArchiveSql::add_delete(SqlBuilder& sql, const OwnedTable& table, const Slice& slice, int number) const {
  const auto* keys = plan_sql_.collection_of(table.name);
  auto returned = names_of(table);
  if (keys != nullptr) {
    for (const auto& column : keys->columns) {
      if (std::ranges::find(returned, column) == returned.end()) returned.push_back(column);
    }
  }
  sql << "d" << number << " AS (DELETE FROM ";
  add_source(sql, table.name, table.is_partitioned, 0);
  sql << " WHERE ";
  rows_.add_slice(sql, table, slice);
  sql << " RETURNING ";
  add_columns(sql, 0, returned);
  if (table.files) {
    sql << ", ";
    add_column(sql, 0, table.files->column);
    sql << " AS tenure_file";
  }
  sql << ")";
  if (keys != nullptr) add_key_collecting(sql, *keys, number);
  if (table.files) {
    add_file_listing(sql, table, number, text_constant(constants_.receipt_key),
                     text_constant(constants_.job.str(), true));
  }
}

// XML is sent as the text that is stored: its own output leaves out parts of the declaration.
void ArchiveSql::add_stored(SqlBuilder& sql, const OwnedTable& table, const std::string& source) const {
  bool is_first = true;
  for (const auto& column : table.columns) {
    if (!is_first) sql << ", ";
    is_first = false;
    sql << Identifier(source) << "." << Identifier(column.name);
    if (column.type == "xml") sql << "::text";
  }
}

void ArchiveSql::add_copy_end(SqlBuilder& sql) const {
  sql << ") TO STDOUT (ENCODING ";
  sql.constant(constants_.encoding);
  sql << ")";
}

// Without a CTE where nothing else is taken from the rows: its result would be kept to the end of the statement.
SubjectSql ArchiveSql::delete_rows(const OwnedTable& table, const Slice& slice) const {
  SqlBuilder sql;
  if (plan_sql_.collection_of(table.name) == nullptr && !table.files) {
    sql << "COPY (DELETE FROM ";
    add_source(sql, table.name, table.is_partitioned, 0);
    sql << " WHERE ";
    rows_.add_slice(sql, table, slice);
    sql << " RETURNING ";
    add_stored(sql, table, "t0");
    add_copy_end(sql);
    return SubjectSql(sql.build());
  }
  sql << "COPY (WITH ";
  add_delete(sql, table, slice, 0);
  sql << "\nSELECT ";
  add_stored(sql, table, "d0");
  sql << " FROM d0";
  add_copy_end(sql);
  return SubjectSql(sql.build());
}

TableName ArchiveSql::row_collection(std::size_t number) const {
  return scratch_.table("rows_" + std::to_string(number));
}

Sql ArchiveSql::create_row_collection(const plan::DeleteStep& step, std::size_t number) const {
  const auto& table = rows_.owned(step.tables.at(number));
  SqlBuilder sql;
  scratch_.is_temporary() ? sql << "CREATE TEMPORARY TABLE " : sql << "CREATE UNLOGGED TABLE ";
  add_table(sql, row_collection(number));
  sql << " AS SELECT ";
  add_names(sql, names_of(table));
  sql << " FROM ";
  add_table(sql, table.name);
  sql << " WITH NO DATA";
  return sql.build();
}

SubjectSql ArchiveSql::collect_rows(const plan::DeleteStep& step) const {
  SqlBuilder sql;
  SqlBuilder counts;
  for (std::size_t at = 0; at < step.tables.size(); ++at) {
    const auto& table = rows_.owned(step.tables[at]);
    const auto number = static_cast<int>(at);
    at == 0 ? sql << "WITH " : sql << ",\n     ";
    add_delete(sql, table, {}, number);
    sql << ",\n     r" << number << " AS (INSERT INTO ";
    add_table(sql, row_collection(at));
    sql << " SELECT ";
    add_names(sql, names_of(table));
    sql << " FROM d" << number << ")";
    at == 0 ? counts << "(SELECT count(*) FROM d" : counts << ", (SELECT count(*) FROM d";
    counts << number << ")";
  }
  sql << "\nSELECT " << counts.build();
  return SubjectSql(sql.build());
}

Sql ArchiveSql::copy_collected_rows(const plan::DeleteStep& step, std::size_t number) const {
  SqlBuilder sql;
  sql << "COPY (SELECT ";
  add_stored(sql, rows_.owned(step.tables.at(number)), "r");
  sql << " FROM ";
  add_table(sql, row_collection(number));
  sql << " AS r";
  add_copy_end(sql);
  return sql.build();
}

Sql ArchiveSql::drop_row_collection(std::size_t number) const {
  SqlBuilder sql;
  sql << "DROP TABLE ";
  add_table(sql, row_collection(number));
  return sql.build();
}

SubjectSql ArchiveSql::copy_changes(const Change& change) const {
  const auto& key = change.primary_key;
  SqlBuilder sql;
  sql << "COPY (WITH old AS (SELECT ";
  for (std::size_t at = 0; at < key.size(); ++at) {
    add_column(sql, 0, key[at]);
    sql << " AS k" << static_cast<int>(at) << ", ";
  }
  for (std::size_t at = 0; at < change.columns.size(); ++at) {
    if (at > 0) sql << ", ";
    add_column(sql, 0, change.columns[at]);
    sql << " AS c" << static_cast<int>(at);
  }
  sql << " FROM ";
  add_source(sql, change.table, change.is_partitioned, 0);
  sql << " WHERE ";
  change.add_condition(sql);
  sql << " FOR UPDATE),\n     changed AS (UPDATE ";
  add_source(sql, change.table, change.is_partitioned, 0);
  sql << " SET ";
  for (std::size_t at = 0; at < change.columns.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(change.columns[at]) << " = ";
    change.add_value(sql);
  }
  sql << " FROM old WHERE ";
  for (std::size_t at = 0; at < key.size(); ++at) {
    if (at > 0) sql << " AND ";
    add_column(sql, 0, key[at]);
    sql << " = old.k" << static_cast<int>(at);
  }
  sql << " RETURNING ";
  add_columns(sql, 0, key);
  for (std::size_t at = 0; at < change.columns.size(); ++at) sql << ", old.c" << static_cast<int>(at);
  for (std::size_t at = 0; at < change.columns.size(); ++at) {
    sql << ", ";
    add_column(sql, 0, change.columns[at]);
    sql << " AS n" << static_cast<int>(at);
  }
  sql << ")\nSELECT * FROM changed";
  add_copy_end(sql);
  return SubjectSql(sql.build());
}

SubjectSql ArchiveSql::detach(const plan::DetachStep& step) const {
  const auto& guard = plan_.guards.at(step.guard);
  return copy_changes({.table = guard.child,
                       .is_partitioned = guard.child_is_partitioned,
                       .primary_key = guard.child_primary_key,
                       .columns = guard.detached_columns,
                       .add_value =
                           [&](SqlBuilder& sql) {
                             guard.rule == estate::OutsideAction::set_default ? sql << "DEFAULT" : sql << "NULL";
                           },
                       .add_condition = [&](SqlBuilder& sql) { rows_.add_outside(sql, guard); }});
}

SubjectSql ArchiveSql::set_null(const plan::ChangeStep& step) const {
  return copy_changes({.table = step.table,
                       .is_partitioned = step.is_partitioned,
                       .primary_key = step.primary_key,
                       .columns = {step.column},
                       .add_value = [](SqlBuilder& sql) { sql << "NULL"; },
                       .add_condition = [&](SqlBuilder& sql) { rows_.add_match(sql, 0, step.column, step.type); }});
}

SubjectSql ArchiveSql::set_pseudonym(const plan::ChangeStep& step, const std::string& pseudonym,
                                     const std::optional<std::string>& tenant) const {
  return copy_changes(
      {.table = step.table,
       .is_partitioned = step.is_partitioned,
       .primary_key = step.primary_key,
       .columns = {step.column},
       .add_value = [&](SqlBuilder& sql) { sql << text_constant(pseudonym, step.type == TypeClass::uuid); },
       .add_condition =
           [&](SqlBuilder& sql) {
             rows_.add_match(sql, 0, step.column, step.type);
             if (step.tenant_column.empty()) return;
             sql << " AND ";
             add_column(sql, 0, step.tenant_column);
             sql << "::text IS NOT DISTINCT FROM ";
             tenant ? sql << text_constant(*tenant) : sql << "NULL::text";
           }});
}

archive::SectionInfo describe_rows(const OwnedTable& table) {
  return {.content = archive::Content::deleted_rows,
          .schema = table.name.schema,
          .name = table.name.name,
          .columns = names_of(table)};
}

archive::SectionInfo describe_changes(const TableName& table, const std::vector<std::string>& primary_key,
                                      const std::vector<std::string>& changed) {
  auto columns = primary_key;
  columns.insert(columns.end(), changed.begin(), changed.end());
  columns.insert(columns.end(), changed.begin(), changed.end());
  return {.content = archive::Content::changed_rows,
          .schema = table.schema,
          .name = table.name,
          .columns = std::move(columns),
          .key = primary_key};
}

}  // namespace tenure::store
