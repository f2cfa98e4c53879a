#pragma once

#include <string>
#include <vector>

#include "base/call.h"
#include "estate/estate.h"
#include "pg/settings.h"
#include "row_security/gap.h"
#include "row_security/probes.h"

namespace tenure::row_security {

/// One service whose database keeps tenants apart by row-level security.
struct AuditSettings {
  std::string service;
  pg::ConnectionSettings database;
  estate::Database rules;
  std::string tenant_column;  ///< the estate's default
  Expected expected;
};

struct ServiceAudit {
  std::string service;
  Expected expected;
  int tables = 0;  ///< whose rows are a tenant's
  int probed = 0;
  Gaps gaps;  ///< of the service first, then by table
  std::vector<ProbeReport::Untried> untried;
};

/// Holds every table of a service whose rows are a tenant's to what keeps tenants apart (spec D10): what the catalog
/// says of role, policies, indexes and views, and what happens when it is tried. Changes nothing: what is tried is
/// rolled back. A gap is an outcome. @throws Error from pg.
ServiceAudit audit(const AuditSettings& settings, const Call& call);

/// Adds a gap to each audit whose setting is not that of the first.
void require_one_setting(std::vector<ServiceAudit>& audits);

}  // namespace tenure::row_security
