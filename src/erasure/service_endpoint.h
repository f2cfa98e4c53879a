#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/tenant_data_store.h"

namespace tenure::erasure {

/// One service of the estate and the way to reach its data. Shared ownership, because a call that is given up on may
/// still be using the store.
struct ServiceEndpoint {
  std::string name;
  std::shared_ptr<store::TenantDataStore> data_store;
  Milliseconds timeout{60000};       ///< of each call
  bool holds_tenant_record = false;  ///< erased last, after all others are verified (spec C13)
};

using ServiceEndpoints = std::vector<ServiceEndpoint>;

}  // namespace tenure::erasure
