#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "pg/connection.h"

namespace tenure::catalog {

/// Names; all that belong to users where there are none.
using Schemas = std::optional<std::vector<std::string>>;

/// Reads the live catalog: a handful of pg_catalog queries, a few milliseconds for a hundred tables. Inside a
/// transaction it sees what that transaction sees. @param only read no other schemas: of a database with a schema a
/// tenant the others may be thousands. @throws Error from pg.
Catalog read_catalog(pg::Connection& connection, const Schemas& only = std::nullopt);

/// That part of it which no row of the catalog tells: what the session's role may do, and a setting.
ServerFacts read_server_facts(pg::Connection& connection);

}  // namespace tenure::catalog
