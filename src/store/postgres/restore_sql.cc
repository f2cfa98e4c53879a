#include "store/postgres/restore_sql.h"

#include "store/postgres/scratch.h"
#include "store/postgres/sql_parts.h"

namespace tenure::store {

using archive::SectionInfo;
using catalog::ForeignKey;
using catalog::TableName;
using pg::Identifier;
using pg::Sql;
using pg::SqlBuilder;

namespace {

TableName stage(std::size_t number) { return Scratch::temporary().table("stage_" + std::to_string(number)); }
TableName changes() { return Scratch::temporary().table("changes"); }

Sql drop(const TableName& table) {
  SqlBuilder sql;
  sql << "DROP TABLE ";
  add_table(sql, table);
  return sql.build();
}

/// The columns of a changed row that are neither key nor the second half, which has the same names.
std::vector<std::string> changed_columns(const SectionInfo& section) {
  const auto changed = (section.columns.size() - section.key.size()) / 2;
  const auto first = section.columns.begin() + static_cast<std::ptrdiff_t>(section.key.size());
  return {first, first + static_cast<std::ptrdiff_t>(changed)};
}

}  // namespace

RestoreSql::RestoreSql(const catalog::Catalog& catalog, const plan::ErasurePlan* plan, const Subject& subject,
                       std::string encoding)
    : catalog_(catalog),
      plan_(plan),
      rows_(plan == nullptr ? std::nullopt : std::optional<SubjectRows>(std::in_place, *plan, subject)),
      encoding_(std::move(encoding)) {}

bool RestoreSql::is_partitioned(const TableName& table) const {
  const auto* found = catalog_.find(table);
  return found != nullptr && found->kind == catalog::TableKind::partitioned;
}

bool RestoreSql::knows_owner(const TableName& table) const { return plan_ != nullptr && plan_->tables.contains(table); }

Sql RestoreSql::lock(const std::set<TableName>& tables) const {
  SqlBuilder sql;
  for (const auto& table : tables) {
    sql.empty() ? sql << "LOCK TABLE " : sql << ", ";
    if (!is_partitioned(table)) sql << "ONLY ";
    add_table(sql, table);
  }
  sql << " IN ROW EXCLUSIVE MODE";
  return sql.build();
}

void RestoreSql::add_encoding(SqlBuilder& sql) const {
  sql << " FROM STDIN (ENCODING ";
  sql.constant(encoding_);
  sql << ")";
}

Sql RestoreSql::copy_in(const SectionInfo& section) const {
  SqlBuilder sql;
  sql << "COPY ";
  add_table(sql, {section.schema, section.name});
  sql << " (";
  add_names(sql, section.columns);
  sql << ")";
  add_encoding(sql);
  return sql.build();
}

Sql RestoreSql::create_stage(const SectionInfo& section, std::size_t number) const {
  SqlBuilder sql;
  sql << "CREATE TEMPORARY TABLE ";
  add_table(sql, stage(number));
  sql << " AS SELECT ";
  add_names(sql, section.columns);
  sql << " FROM ";
  add_table(sql, {section.schema, section.name});
  sql << " WITH NO DATA";
  return sql.build();
}

Sql RestoreSql::copy_into_stage(std::size_t number) const {
  SqlBuilder sql;
  sql << "COPY ";
  add_table(sql, stage(number));
  add_encoding(sql);
  return sql.build();
}

Sql RestoreSql::insert_staged(const std::vector<SectionInfo>& sections) const {
  SqlBuilder sql;
  SqlBuilder counts;
  for (std::size_t at = 0; at < sections.size(); ++at) {
    const auto number = static_cast<int>(at);
    at == 0 ? sql << "WITH i" : sql << ",\n     i";
    sql << number << " AS (INSERT INTO ";
    add_table(sql, {sections[at].schema, sections[at].name});
    sql << " (";
    add_names(sql, sections[at].columns);
    sql << ") OVERRIDING SYSTEM VALUE SELECT ";
    add_names(sql, sections[at].columns);
    sql << " FROM ";
    add_table(sql, stage(at));
    sql << " RETURNING 1)";
    at == 0 ? counts << "(SELECT count(*) FROM i" : counts << ", (SELECT count(*) FROM i";
    counts << number << ")";
  }
  sql << "\nSELECT " << counts.build();
  return sql.build();
}

Sql RestoreSql::drop_stage(std::size_t number) const { return drop(stage(number)); }

Sql RestoreSql::create_changes(const SectionInfo& section) const {
  const auto changed = changed_columns(section);
  SqlBuilder sql;
  sql << "CREATE TEMPORARY TABLE ";
  add_table(sql, changes());
  sql << " AS SELECT ";
  for (std::size_t at = 0; at < section.key.size(); ++at) {
    add_column(sql, 0, section.key[at]);
    sql << " AS k" << static_cast<int>(at) << ", ";
  }
  for (std::size_t at = 0; at < changed.size(); ++at) {
    add_column(sql, 0, changed[at]);
    sql << " AS c" << static_cast<int>(at) << ", ";
  }
  for (std::size_t at = 0; at < changed.size(); ++at) {
    if (at > 0) sql << ", ";
    add_column(sql, 0, changed[at]);
    sql << " AS n" << static_cast<int>(at);
  }
  sql << " FROM ";
  add_source(sql, {section.schema, section.name}, is_partitioned({section.schema, section.name}), 0);
  sql << " WITH NO DATA";
  return sql.build();
}

Sql RestoreSql::copy_into_changes() const {
  SqlBuilder sql;
  sql << "COPY ";
  add_table(sql, changes());
  add_encoding(sql);
  return sql.build();
}

Sql RestoreSql::analyze_changes() const {
  SqlBuilder sql;
  sql << "ANALYZE ";
  add_table(sql, changes());
  return sql.build();
}

Sql RestoreSql::revert_changes(const SectionInfo& section) const {
  const auto changed = changed_columns(section);
  const TableName table{section.schema, section.name};
  SqlBuilder sql;
  sql << "UPDATE ";
  add_source(sql, table, is_partitioned(table), 0);
  sql << " SET ";
  for (std::size_t at = 0; at < changed.size(); ++at) {
    if (at > 0) sql << ", ";
    sql << Identifier(changed[at]) << " = old.c" << static_cast<int>(at);
  }
  sql << " FROM ";
  add_table(sql, changes());
  sql << " AS old WHERE ";
  for (std::size_t at = 0; at < section.key.size(); ++at) {
    add_column(sql, 0, section.key[at]);
    sql << " = old.k" << static_cast<int>(at) << " AND ";
  }
  for (std::size_t at = 0; at < changed.size(); ++at) {
    if (at > 0) sql << " AND ";
    add_column(sql, 0, changed[at]);
    sql << " IS NOT DISTINCT FROM old.n" << static_cast<int>(at);
  }
  return sql.build();
}

Sql RestoreSql::drop_changes() const { return drop(changes()); }

// Rows t0 that this transaction wrote.
void RestoreSql::add_restored(SqlBuilder& sql, const TableName& table, bool by_subject) const {
  sql << "t0.xmin = pg_catalog.pg_current_xact_id()::xid";
  if (!by_subject || !knows_owner(table)) return;
  sql << " AND ";
  rows_->add_slice(sql, plan_->tables.at(table), {});
}

Sql RestoreSql::count_rows(const TableName& table, bool by_subject) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, table, is_partitioned(table), 0);
  sql << " WHERE ";
  add_restored(sql, table, by_subject);
  return sql.build();
}

Sql RestoreSql::copy_out(const SectionInfo& section, bool by_subject) const {
  const TableName table{section.schema, section.name};
  const auto* known = catalog_.find(table);
  SqlBuilder sql;
  sql << "COPY (SELECT ";
  for (std::size_t at = 0; at < section.columns.size(); ++at) {
    if (at > 0) sql << ", ";
    add_column(sql, 0, section.columns[at]);
    const auto* column = known == nullptr ? nullptr : known->find_column(section.columns[at]);
    if (column != nullptr && column->type == "xml") sql << "::text";
  }
  sql << " FROM ";
  add_source(sql, table, is_partitioned(table), 0);
  sql << " WHERE ";
  add_restored(sql, table, by_subject);
  sql << ") TO STDOUT (ENCODING ";
  sql.constant(encoding_);
  sql << ")";
  return sql.build();
}

Sql RestoreSql::may_hold(const TableName& table) const {
  SqlBuilder name;
  add_table(name, table);
  SqlBuilder sql;
  sql << "SELECT pg_catalog.has_any_column_privilege(";
  sql.constant(name.build().text());
  sql << ", 'UPDATE')";
  return sql.build();
}

Sql RestoreSql::lock_parents(const TableName& child, const ForeignKey& key, bool by_subject) const {
  SqlBuilder sql;
  sql << "SELECT count(*) FROM (SELECT FROM ";
  // t0 is the child's, as in every condition on rows that came back; the parent's number lies beyond all others.
  constexpr int kParent = 1000;
  add_source(sql, key.parent, is_partitioned(key.parent), kParent);
  sql << " WHERE t" << kParent << ".xmin <> pg_catalog.pg_current_xact_id()::xid AND EXISTS (SELECT FROM ";
  add_source(sql, child, is_partitioned(child), 0);
  sql << " WHERE ";
  add_key_match(sql, key.columns, 0, key.parent_columns, kParent);
  sql << " AND ";
  add_restored(sql, child, by_subject);
  sql << ") FOR KEY SHARE OF t" << kParent << ") AS held";
  return sql.build();
}

Sql RestoreSql::count_strays(const TableName& child, const ForeignKey& key, bool by_subject) const {
  return count_unmatched(child, key, by_subject, true);
}

Sql RestoreSql::count_dangling(const TableName& child, const ForeignKey& key, bool by_subject) const {
  return count_unmatched(child, key, by_subject, false);
}

// Children that came back without a parent; or without one that came back too.
Sql RestoreSql::count_unmatched(const TableName& child, const ForeignKey& key, bool by_subject,
                                bool only_restored) const {
  constexpr int kParent = 1000;
  SqlBuilder sql;
  sql << "SELECT count(*) FROM ";
  add_source(sql, child, is_partitioned(child), 0);
  sql << " WHERE ";
  add_restored(sql, child, by_subject);
  for (const auto& column : key.columns) {
    sql << " AND ";
    add_column(sql, 0, column);
    sql << " IS NOT NULL";
  }
  sql << " AND NOT EXISTS (SELECT FROM ";
  add_source(sql, key.parent, is_partitioned(key.parent), kParent);
  sql << " WHERE ";
  add_key_match(sql, key.columns, 0, key.parent_columns, kParent);
  if (only_restored) sql << " AND t" << kParent << ".xmin = pg_catalog.pg_current_xact_id()::xid";
  sql << ")";
  return sql.build();
}

Sql RestoreSql::refresh(const TableName& view) const {
  SqlBuilder sql;
  sql << "REFRESH MATERIALIZED VIEW ";
  add_table(sql, view);
  return sql.build();
}

}  // namespace tenure::store
