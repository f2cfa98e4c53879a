#pragma once

#include <string>

#include "catalog/catalog.h"
#include "plan/ownership.h"
#include "row_security/gap.h"
#include "row_security/protection.h"

namespace tenure::row_security {

/// What one database is held to.
struct Expected {
  std::string role;     ///< the application's
  std::string setting;  ///< names the tenant within a transaction
};

/// What the catalog alone shows of the role: empty when it is bound by policies and can be tried.
Gaps inspect_role(const Protections& found, const Expected& expected);

/// The same of every table whose rows are a tenant's, and of the views over them. Pure.
Gaps inspect_tables(const plan::Ownership& ownership, const catalog::Catalog& catalog, const Protections& found,
                    const Expected& expected);

}  // namespace tenure::row_security
