#pragma once

#include <map>
#include <vector>

#include "plan/resolver.h"

namespace tenure::plan {

/// Every table's part in an erasure.
struct Ownership {
  std::map<TableName, OwnedTable> owned;
  std::vector<KeptTable> kept;
  std::vector<ChangeStep> changes;
};

/// What the classification works on.
struct Scope {
  const catalog::Catalog& catalog;
  const estate::Database& rules;
  const std::string& tenant_column;
  const Resolver& resolver;
  Refusals& refusals;
};

/// Direct, through, kept or refused as unaccounted: decides it for every table of the service.
Ownership owned_by_tenant(const Scope& scope);

/// The tables that rules connect with a user, and what hangs under the rows that go with the user.
Ownership owned_by_user(const Scope& scope);

}  // namespace tenure::plan
