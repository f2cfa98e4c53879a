#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/call.h"
#include "pg/connection.h"
#include "plan/erasure_plan.h"

namespace tenure::store {

/// Tables of the plan that hold more than `rows` rows of the subject. Cheap where a table is small altogether.
std::set<catalog::TableName> find_large_tables(pg::Connection& connection, const plan::ErasurePlan& plan,
                                               const Subject& subject, std::int64_t rows, const Call& call);

/// A stretch of a table with so many of the subject's rows: where the first of them lies, and where the last.
struct Strip {
  std::string from;
  std::string to;
};

/// The whole table, from the place `from` on (from its first row, when empty), in strips of `rows` rows.
std::vector<Strip> list_strips(pg::Connection& connection, const plan::ErasurePlan& plan, const plan::OwnedTable& table,
                               const Subject& subject, const std::string& from, std::int64_t rows, const Call& call);

/// @throws Error(refused) when a row of the subject names a file by a path that leads out of its root.
void refuse_unsafe_files(pg::Connection& connection, const plan::ErasurePlan& plan, const Subject& subject,
                         const Call& call);

}  // namespace tenure::store
