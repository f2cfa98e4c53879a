#pragma once

#include <string>

#include "base/call.h"
#include "pg/connection.h"

namespace tenure::store {

/// How many of the server's processes a query may take.
enum class Workers {
  as_configured,  ///< somebody waits for the answer
  one,            ///< an erasure, which has time
};

/// Sets what every transaction of a store runs under: time limits, and an error instead of silence where row-level
/// security would hide rows.
void limit_transaction(pg::Connection& connection, const Call& call, Workers workers = Workers::as_configured);

/// Fixes how values are written, for rows that go into an archive or come back. Gives the server's encoding.
std::string pin_formats(pg::Connection& connection);

}  // namespace tenure::store
