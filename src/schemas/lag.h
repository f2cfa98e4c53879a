#pragma once

#include <cstdint>

#include "pg/connection.h"

namespace tenure::schemas {

/// What a version of the product needs to have been applied: the numbers of its last migrations, 0 for none.
struct NeededVersions {
  int shared = 0;
  int tenant = 0;
};

/// How many schemas of a database lack migrations, by one query; the shared one counts where it was never migrated.
/// Schemas that have newer migrations are in order, so that a version goes on serving while its successor is rolled
/// out. What half-way migrations a schema has is not looked at: they are applied when they are done.
std::int64_t count_behind(pg::Connection& connection, const NeededVersions& needed);

}  // namespace tenure::schemas
