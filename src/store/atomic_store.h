#pragma once

#include <cstdint>
#include <vector>

#include "store/tenant_data_store.h"

namespace tenure::store {

/// An erasure in two phases, for stores whose server can keep prepared transactions: first everything but the commit,
/// then, when all stores of a job have come so far, the commit. What a store has prepared is known by job and epoch; it
/// keeps its locks until it is decided on, and survives the death of everybody. Thread-safe.
class AtomicStore {
 public:
  virtual ~AtomicStore() = default;

  /// Does what TenantDataStore::erase does, archive and receipt included, and leaves the transaction prepared instead
  /// of committing it. An order that has its receipt already prepares nothing and is answered with is_replay. `request`
  /// has a job. @throws as erase; Error(refused) when the server allows no prepared transactions.
  virtual Erasure prepare(const EraseRequest& request, const Call& call, const ProgressSink& progress) = 0;

  /// Commits what was prepared for this order, by its job and epoch. Harmless to repeat: one that is no longer there is
  /// settled by its receipt. @throws Error(conflict) when there is neither: it was rolled back.
  virtual void commit_prepared(const EraseRequest& request, const Call& call) = 0;
  /// Rolls it back. Harmless to repeat, and when nothing was prepared. @throws Error(conflict) when it has been
  /// committed.
  virtual void roll_back_prepared(const EraseRequest& request, const Call& call) = 0;

  /// The epochs under which the job has something prepared here that is not decided on.
  virtual std::vector<std::int64_t> prepared_epochs(const JobId& job, const Call& call) = 0;
};

}  // namespace tenure::store
