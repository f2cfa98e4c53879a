#pragma once

#include <string>
#include <vector>

#include "plan/erasure_plan.h"
#include "schemas/structure/schema_tables.h"

namespace tenure::store {

/// Which way a tenant's rows go.
enum class Direction {
  into_schema,  ///< out of the tables that all tenants share
  into_rows,    ///< back
};

/// A table that all tenants share, and the one of the same name in a tenant's schema.
struct MovedTable {
  const plan::OwnedTable* shared = nullptr;
  schemas::SchemaTable own;
  std::vector<std::string> columns;  ///< of both: what a row is made of, wherever it is
  bool names_tenant = false;         ///< the column that names the tenant is not one of these
};

/// What moves, and how it leaves the shared tables. Its tables point into `plan`.
struct MovePlan {
  plan::ErasurePlan plan;                       ///< deletes what moves, and nothing else
  std::vector<std::vector<MovedTable>> groups;  ///< children first; those that point at each other are in one
  std::vector<schemas::SchemaTable> others;     ///< of the schema, which have no namesake that holds rows of tenants

  MovePlan() = default;
  MovePlan(const MovePlan&) = delete;
  MovePlan& operator=(const MovePlan&) = delete;
  MovePlan(MovePlan&&) = default;  // a map's nodes stay where they are
  MovePlan& operator=(MovePlan&&) = default;
};

/// Pure. `erasure` is how the tenant would be erased from the shared tables, `own` are the tables of its schema. What
/// is in the schema `staying` does not move, whatever it is called.
/// @throws Error(refused) with every reason why rows of one would not be the same in the other.
MovePlan plan_move(plan::ErasurePlan erasure, const std::vector<schemas::SchemaTable>& own, Direction direction,
                   std::string_view staying);

}  // namespace tenure::store
