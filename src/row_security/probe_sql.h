#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/result.h"
#include "pg/sql.h"
#include "plan/erasure_plan.h"

namespace tenure::row_security {

/// The row of a table that writing is tried on, and what decides whose it is: the tenant column's value, or those of
/// the key to its parent.
struct Sample {
  std::string place;      ///< ctid
  std::string partition;  ///< tableoid
  std::vector<std::string> owner;
};

/// The statements that one table is tried with. None reads or changes more than one row.
class ProbeSql {
 public:
  explicit ProbeSql(const plan::OwnedTable& table) : table_(table) {}

  /// A row that is somebody's: ctid, tableoid, then its owning columns. Of the first tenant in order, or the last.
  pg::Sql find_sample(bool is_last) const;
  Sample sample_of(const pg::Result& rows) const;

  /// One row when any row that is somebody's can be seen.
  pg::Sql see_any() const;
  /// Direct tables. $1 tenant: one row when a row of another tenant can be seen; when one of this tenant can.
  pg::Sql see_others() const;
  pg::Sql see_own() const;
  /// Tables through a parent: one row when a row can be seen whose every parent cannot.
  pg::Sql see_orphans() const;

  /// $1 place, $2 partition of a sample: changes it to what it is; deletes it.
  pg::Sql change() const;
  pg::Sql remove() const;
  /// The same and $3 tenant: makes the row another tenant's. Direct tables.
  pg::Sql give_away() const;
  /// $1 …: the owning columns of a new row, whose other columns are NULL. Policies are asked before any constraint.
  pg::Sql add() const;

 private:
  const std::vector<std::string>& owning_columns() const;
  void add_table(pg::SqlBuilder& sql) const;
  /// WHERE: rows that are somebody's and do not stay.
  void add_owned(pg::SqlBuilder& sql) const;
  void add_place(pg::SqlBuilder& sql) const;

  const plan::OwnedTable& table_;
};

}  // namespace tenure::row_security
