#pragma once

#include <string>

#include "base/call.h"
#include "pg/connection.h"

namespace tenure::store {

/// Sets what every transaction of a store runs under: time limits, and an error instead of silence where row-level
/// security would hide rows.
void limit_transaction(pg::Connection& connection, const Call& call);

/// Fixes how values are written, for rows that go into an archive or come back. Gives the server's encoding.
std::string pin_formats(pg::Connection& connection);

}  // namespace tenure::store
