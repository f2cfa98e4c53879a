#pragma once

#include <string>
#include <vector>

#include "base/call.h"
#include "catalog/catalog.h"
#include "pg/settings.h"
#include "plan/ownership.h"
#include "row_security/gap.h"
#include "row_security/inspection.h"

namespace tenure::row_security {

/// What was found by trying.
struct ProbeReport {
  Gaps gaps;
  int probed = 0;  ///< tables on which reading and writing were tried
  struct Untried {
    std::string table;
    std::string why;
  };
  std::vector<Untried> untried;  ///< tables, or parts of what is tried, for which the database gave no occasion
};

/// Reads and writes as the application's role, for no tenant, for a tenant without rows, and for the first and the last
/// tenant of each table, in transactions that are rolled back. A write is tried on one row a table at most, and waits a
/// second for its lock. A refusal by the server is what is hoped for; a constraint that fails means that the policies
/// had let the row through, since they are asked first.
///
/// @throws Error from pg when the database cannot be reached.
ProbeReport probe(const pg::ConnectionSettings& database, const plan::Ownership& ownership,
                  const catalog::Catalog& catalog, const Protections& found, const Expected& expected,
                  const Call& call);

}  // namespace tenure::row_security
