#pragma once

#include "catalog/catalog.h"
#include "pg/connection.h"

namespace tenure::catalog {

/// Reads the live catalog: a handful of pg_catalog queries, a few milliseconds for a hundred tables. Inside a
/// transaction it sees what that transaction sees. @throws Error from pg.
Catalog read_catalog(pg::Connection& connection);

/// That part of it which no row of the catalog tells: what the session's role may do, and a setting.
ServerFacts read_server_facts(pg::Connection& connection);

}  // namespace tenure::catalog
