#pragma once

#include <optional>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "store/postgres/plan_sql.h"

namespace tenure::store {

/// The statements of an erasure whose rows go into an archive: each COPY … TO STDOUT takes rows out of their table, or
/// changes them, and sends them as they were in one statement, so that no row can go that was not sent. Pure. Plan and
/// PlanSql must outlive it.
class ArchiveSql {
 public:
  /// What stands in its statements: COPY takes no parameters.
  struct Constants {
    Subject subject;
    std::string receipt_key;
    JobId job;
    std::string encoding;  ///< the server's own
  };

  ArchiveSql(const plan::ErasurePlan& plan, const PlanSql& plan_sql, const Scratch& scratch, Constants constants);

  /// COPY: the deleted rows of one table.
  SubjectSql delete_rows(const plan::OwnedTable& table, const Slice& slice) const;

  /// Tables that point at each other go in one statement, which can send the rows of one only: it puts each table's
  /// into a table of the transaction's own.
  pg::Sql create_row_collection(const plan::DeleteStep& step, std::size_t number) const;
  /// One row with one bigint a table: rows deleted.
  SubjectSql collect_rows(const plan::DeleteStep& step) const;
  /// COPY: the collected rows of the step's table with this number.
  pg::Sql copy_collected_rows(const plan::DeleteStep& step, std::size_t number) const;
  pg::Sql drop_row_collection(std::size_t number) const;

  /// COPY: the changed rows, as describe_changes() names their columns.
  SubjectSql detach(const plan::DetachStep& step) const;
  SubjectSql set_null(const plan::ChangeStep& step) const;
  SubjectSql set_pseudonym(const plan::ChangeStep& step, const std::string& pseudonym,
                           const std::optional<std::string>& tenant) const;

 private:
  struct Change;
  SubjectSql copy_changes(const Change& change) const;
  void add_delete(pg::SqlBuilder& sql, const plan::OwnedTable& table, const Slice& slice, int number) const;
  void add_stored(pg::SqlBuilder& sql, const plan::OwnedTable& table, const std::string& source) const;
  void add_copy_end(pg::SqlBuilder& sql) const;
  catalog::TableName row_collection(std::size_t number) const;

  const plan::ErasurePlan& plan_;
  const PlanSql& plan_sql_;
  const Scratch scratch_;
  const Constants constants_;
  const SubjectRows rows_;
};

/// The section of a table's deleted rows.
archive::SectionInfo describe_rows(const plan::OwnedTable& table);

/// The section of rows that were changed and stay: columns are the primary key as it is after the change, then the
/// changed columns as they were, then, under the same names, as the erasure left them.
archive::SectionInfo describe_changes(const catalog::TableName& table, const std::vector<std::string>& primary_key,
                                      const std::vector<std::string>& changed);

}  // namespace tenure::store
