#include "store/deletion_result.h"

#include <new>

namespace tenure::store {

DeletionResult erase_safely(TenantDataStore& data_store, std::string service, const EraseRequest& request,
                            const Call& call, const Clock& clock, const ProgressSink& progress) noexcept {
  DeletionResult result{.service = std::move(service), .subject = request.subject};
  result.started_at = clock.wall();
  try {
    Erasure erasure = data_store.erase(request, call, progress);
    result.success = true;
    result.deleted_counts = std::move(erasure.deleted_counts);
    result.changed_counts = std::move(erasure.changed_counts);
    result.digest = std::move(erasure.digest);
    result.is_replay = erasure.is_replay;
  } catch (const Error& error) {
    result.error_code = error.code();
    result.retry = error.retry();
    result.errors = {error.what()};
    result.errors.insert(result.errors.end(), error.problems().begin(), error.problems().end());
  } catch (const std::bad_alloc&) {
    result.errors = {"out of memory"};
    result.retry = Retry::later;
  } catch (...) {
    result.errors = {"the store failed with an exception that is not Tenure's"};
  }
  result.completed_at = clock.wall();
  return result;
}

}  // namespace tenure::store
