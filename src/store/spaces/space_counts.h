#pragma once

#include <string>

#include "pg/pool.h"
#include "store/spaces/tenant_spaces.h"

namespace tenure::store {

/// Nothing in each table of a schema.
Counts zeros_of(pg::Connection& connection, const std::string& schema);

/// Counts what a schema holds at the instant of the transaction that is open, however many tables there are: where
/// their locks do not fit into the server's lock table, sessions of `pool`, which is of the same database, share its
/// snapshot. The digest is of the structure.
SpaceContents count_schema(pg::Connection& connection, pg::Pool& pool, const std::string& schema, const Call& call);

}  // namespace tenure::store
