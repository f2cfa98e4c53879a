#pragma once

#include <string>
#include <vector>

#include "store/postgres/plan_sql.h"
#include "store/schemas/move_plan.h"

namespace tenure::store {

/// The statements that bring one tenant's rows from the shared tables into its schema, or back. Pure. The plan must
/// outlive it.
class MoveSql {
 public:
  MoveSql(const plan::ErasurePlan& plan, const Subject& tenant, std::string schema)
      : tenant_(id_of(tenant)), schema_(std::move(schema)), rows_(plan, tenant) {}

  /// An INSERT into the schema's table.
  SubjectSql fill(const MovedTable& table) const;
  /// An INSERT into the shared tables, of all rows of the schema's.
  pg::Sql give_back(const std::vector<MovedTable>& group) const;
  /// COPY: the tenant's rows in the shared table, in the columns that both have.
  SubjectSql copy_shared(const MovedTable& table) const;
  /// COPY: the rows of the schema's table, likewise.
  pg::Sql copy_own(const MovedTable& table) const;
  /// One bigint: rows of a table that does not move, or of others, along a key to rows that do.
  SubjectSql count_left_behind(const plan::Guard& guard, bool child_moves) const;

 private:
  void add_own(pg::SqlBuilder& sql, const MovedTable& table) const;

  const std::string tenant_;
  const std::string schema_;
  const SubjectRows rows_;
};

/// COPY of all rows of a table in any schema, and the INSERT of these into its namesake of another one.
pg::Sql copy_all(const std::string& schema, const schemas::SchemaTable& table);
pg::Sql copy_seed(const std::string& from, const std::string& to, const schemas::SchemaTable& table);

}  // namespace tenure::store
