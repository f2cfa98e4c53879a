#pragma once

#include <string>
#include <vector>

#include "pg/sql.h"
#include "plan/erasure_plan.h"
#include "store/postgres/scratch.h"
#include "store/postgres/subject_rows.h"

namespace tenure::store {

/// A statement that touches the rows of one subject only: its $1 is the subject's id, or the id stands in it. PlanSql,
/// ArchiveSql and MoveSql alone can make one.
class SubjectSql {
 public:
  const pg::Sql& sql() const { return sql_; }

 private:
  friend class PlanSql;
  friend class ArchiveSql;
  friend class MoveSql;
  explicit SubjectSql(pg::Sql sql) : sql_(std::move(sql)) {}
  pg::Sql sql_;
};

/// Keys of deleted parent rows, collected so that one statement can look for rows that still point at them.
struct KeyCollection {
  catalog::TableName table;
  catalog::TableName keys;  ///< a table of the transaction's own
  std::vector<std::string> columns;
};

/// The SQL of a plan: with ArchiveSql the one place where the catalog's names become statements. Pure. The plan must
/// outlive it.
class PlanSql {
 public:
  explicit PlanSql(const plan::ErasurePlan& plan, const Scratch& scratch = Scratch::temporary());

  /// One bigint: the subject's rows of an owned table.
  SubjectSql count_rows(const plan::OwnedTable& table, const Slice& slice = {}) const;
  /// One bigint: its rows that stay by a condition.
  SubjectSql count_kept_rows(const plan::OwnedTable& table) const;
  /// One bigint: different files that the subject's rows name.
  SubjectSql count_files(const plan::OwnedTable& table) const;
  /// One bigint: rows of others that hang along a key.
  SubjectSql count_outside_rows(const plan::Guard& guard) const;
  /// One bigint: rows that a change touches.
  SubjectSql count_changed_rows(const plan::ChangeStep& step) const;
  /// One bigint: the subject's rows of an owned table, counted no further than `most`.
  SubjectSql count_rows_up_to(const plan::OwnedTable& table, std::int64_t most) const;
  /// Strips of `rows` of the subject's rows each, in the order in which they lie from the place `from` on (from the
  /// first, when empty): where the first row of each lies, and where the last; as text.
  SubjectSql list_strips(const plan::OwnedTable& table, const std::string& from, std::int64_t rows) const;
  /// One bigint: rows that name a file by a path that leads out of its root.
  SubjectSql count_unsafe_files(const plan::OwnedTable& table) const;

  /// An UPDATE.
  SubjectSql detach(const plan::DetachStep& step) const;
  /// An UPDATE to NULL.
  SubjectSql set_null(const plan::ChangeStep& step) const;
  /// The tenants in whose rows the user stands, one text column; only with a tenant column.
  SubjectSql list_tenants(const plan::ChangeStep& step) const;
  /// An UPDATE; $2 is the pseudonym, $3 the tenant when the step has a tenant column.
  SubjectSql set_pseudonym(const plan::ChangeStep& step) const;
  /// A DELETE, where is_plain(step). Else one row with one bigint a table: rows deleted, in the order of step.tables.
  /// Where the step names files, $2 is the receipt's key; they are listed in tenure.pending_files. A slice is of the
  /// step's only table.
  SubjectSql delete_rows(const plan::DeleteStep& step, const Slice& slice = {}) const;
  /// One table, and nothing is collected from its rows: the server's own count of deleted rows is enough.
  bool is_plain(const plan::DeleteStep& step) const;
  bool names_files(const plan::DeleteStep& step) const;

  /// What has to stand ready before the deletes, and the checks after them.
  const std::vector<KeyCollection>& key_collections() const { return collections_; }
  /// Null when no check asks for the keys of this table.
  const KeyCollection* collection_of(const catalog::TableName& table) const;
  pg::Sql create_key_collection(const KeyCollection& collection) const;
  /// Statistics, without which the checks would be planned for a handful of keys.
  pg::Sql analyze_key_collection(const KeyCollection& collection) const;
  pg::Sql drop_key_collection(const KeyCollection& collection) const;
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
  pg::Sql count_where(const catalog::TableName& table, bool is_partitioned, const pg::Sql& condition) const;
  void add_update(pg::SqlBuilder& sql, const catalog::TableName& table, bool is_partitioned) const;

  const plan::ErasurePlan& plan_;
  const SubjectRows rows_;
  const Scratch scratch_;
  std::vector<KeyCollection> collections_;
  std::vector<const plan::Guard*> checked_;
};

/// Parts that deleting statements share: what the CTE d<number> over a DELETE gives back, and those that take keys and
/// files from it.
void add_key_collecting(pg::SqlBuilder& sql, const KeyCollection& keys, int number);
/// `receipt_key` is a part of the statement: $2, or a constant; so is `job`, the job into whose archive the files go
/// first, or NULL.
void add_file_listing(pg::SqlBuilder& sql, const plan::OwnedTable& table, int number, const pg::Sql& receipt_key,
                      const pg::Sql& job);

}  // namespace tenure::store
