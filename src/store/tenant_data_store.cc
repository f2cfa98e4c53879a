#include "store/tenant_data_store.h"

#include "base/error.h"

namespace tenure::store {

std::int64_t total_of(const Counts& counts) {
  std::int64_t total = 0;
  for (const auto& [table, count] : counts) total += count;
  return total;
}

Restoration TenantDataStore::restore(const RestoreRequest& /*request*/, const Call& /*call*/,
                                     const ProgressSink& /*progress*/) {
  throw Error(ErrorCode::refused, "this service keeps no archive, so nothing can come back");
}

}  // namespace tenure::store
