#pragma once

#include <string>
#include <vector>

#include "pg/sql.h"
#include "plan/erasure_plan.h"

namespace tenure::store {

/// A statement that touches the rows of one subject only: its $1 is the subject's id, and PlanSql alone can make one.
class SubjectSql {
 public:
  const pg::Sql& sql() const { return sql_; }

 private:
  friend class PlanSql;
  explicit SubjectSql(pg::Sql sql) : sql_(std::move(sql)) {}
  pg::Sql sql_;
};

/// Keys of deleted parent rows, collected so that one statement can look for rows that still point at them.
struct KeyCollection {
  catalog::TableName table;
  std::string temporary_table;
  std::vector<std::string> columns;
};

/// The SQL of a plan: the one place where the catalog's names become statements. Pure. The plan must outlive it.
class PlanSql {
 public:
  explicit PlanSql(const plan::ErasurePlan& plan);

  /// One bigint: the subject's rows of an owned table.
  SubjectSql count_rows(const plan::OwnedTable& table) const;
  /// One bigint: its rows that stay by a condition.
  SubjectSql count_kept_rows(const plan::OwnedTable& table) const;
  /// One bigint: different files that the subject's rows name.
  SubjectSql count_files(const plan::OwnedTable& table) const;
  /// One bigint: rows of others that hang along a key.
  SubjectSql count_outside_rows(const plan::Guard& guard) const;
  /// One bigint: rows that a change touches.
  SubjectSql count_changed_rows(const plan::ChangeStep& step) const;

  /// An UPDATE.
  SubjectSql detach(const plan::DetachStep& step) const;
  /// An UPDATE to NULL.
  SubjectSql set_null(const plan::ChangeStep& step) const;
  /// The tenants in whose rows the user stands, one text column; only with a tenant column.
  SubjectSql list_tenants(const plan::ChangeStep& step) const;
  /// An UPDATE; $2 is the pseudonym, $3 the tenant when the step has a tenant column.
  SubjectSql set_pseudonym(const plan::ChangeStep& step) const;
  /// A DELETE, where is_plain(step). Else one row with one bigint a table: rows deleted, in the order of step.tables;
  /// for a table with a files rule one more for its files. Where the step names files, $2 is the receipt's key.
  SubjectSql delete_rows(const plan::DeleteStep& step) const;
  /// One table, and nothing is collected from its rows: the server's own count of deleted rows is enough.
  bool is_plain(const plan::DeleteStep& step) const;
  bool names_files(const plan::DeleteStep& step) const;

  /// What has to stand ready before the deletes, and the checks after them.
  const std::vector<KeyCollection>& key_collections() const { return collections_; }
  pg::Sql create_key_collection(const KeyCollection& collection) const;
  /// Statistics, without which the checks would be planned for a handful of keys.
  pg::Sql analyze_key_collection(const KeyCollection& collection) const;
  /// The guards whose key nothing but Tenure checks: all when triggers are skipped, else the declared ones.
  const std::vector<const plan::Guard*>& checked_guards() const { return checked_; }
  /// One bigint: rows that point at a deleted row.
  pg::Sql count_dangling_rows(const plan::Guard& guard) const;

  /// LOCK TABLE in the mode that the deletes take anyway, so that no table can be altered from here on.
  pg::Sql lock_tables() const;
  pg::Sql refresh(const plan::RefreshStep& step) const;

  /// Every statement in order, as `tenure plan --sql` shows it.
  std::vector<pg::Sql> script() const;

 private:
  const plan::OwnedTable& owned(const catalog::TableName& name) const { return plan_.tables.at(name); }
  const KeyCollection* collection_of(const catalog::TableName& table) const;
  void add_predicate(pg::SqlBuilder& sql, const plan::OwnedTable& table, int alias, int& next_alias,
                     bool with_kept_rows) const;
  void add_outside_predicate(pg::SqlBuilder& sql, const plan::Guard& guard) const;
  void add_delete(pg::SqlBuilder& sql, const plan::OwnedTable& table) const;

  const plan::ErasurePlan& plan_;
  std::vector<KeyCollection> collections_;
  std::vector<const plan::Guard*> checked_;
};

}  // namespace tenure::store
