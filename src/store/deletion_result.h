#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// The outcome of one service's erasure as the HTTP contract reports it (spec A2): a failure is a value here.
struct DeletionResult {
  std::string service;
  Subject subject;
  bool success = false;
  Counts deleted_counts;
  Counts changed_counts;
  std::vector<std::string> errors;
  ErrorCode error_code = ErrorCode::internal;  ///< of the first error; meaningless when success
  Retry retry = Retry::never;
  std::string digest;
  bool is_replay = false;
  WallTime started_at;
  WallTime completed_at;
};

/// The safe wrapper of the contract (spec A9): whatever `data_store` throws becomes a result with errors.
/// Never throws; foreign exceptions are reported without their text, which may hold anything.
DeletionResult erase_safely(TenantDataStore& data_store, std::string service, const EraseRequest& request,
                            const Call& call, const Clock& clock, const ProgressSink& progress = {}) noexcept;

}  // namespace tenure::store
