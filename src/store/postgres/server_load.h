#pragma once

#include "pg/connection.h"
#include "store/postgres/pace.h"

namespace tenure::store {

/// For how long the session that has waited longest waits for a lock of this one, which holds it until its transaction
/// ends: asked at the end of a chunk, before its commit.
Milliseconds measure_lock_wait(pg::Connection& connection);

/// How far the furthest standby is behind, and how long it took to ask. Between two chunks. A role that may not see
/// pg_stat_replication (it takes pg_monitor) sees no lag.
ServerLoad measure_server_load(pg::Connection& connection);

}  // namespace tenure::store
