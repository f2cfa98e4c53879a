#include "messaging/message_store.h"

#include <algorithm>

namespace tenure::messaging {
namespace {

constexpr Milliseconds kLongest{std::chrono::hours(1)};
constexpr Milliseconds kForTheWayBack{2000};

/// Less than whoever asks waits, so that the service's own word about running out of time arrives.
Milliseconds time_for_service(const Call& call) {
  const auto left = std::min(call.deadline.left(), kLongest);
  return left - std::min(left / 10, kForTheWayBack);
}

}  // namespace

ServiceAnswer MessageStore::give(ServiceRequest request, const Call& call) {
  request.timeout = time_for_service(call);
  return desk_.ask(request, call);
}

store::Preview MessageStore::preview(const Subject& subject, const Call& call) {
  return to_preview(give(preview_request(service_, subject), call));
}

store::Erasure MessageStore::erase(const store::EraseRequest& request, const Call& call,
                                   const store::ProgressSink& progress) {
  auto erasure = to_erasure(give(erase_request(service_, request), call));
  if (progress) progress(erasure.deleted_counts);
  return erasure;
}

store::Residue MessageStore::verify(const Subject& subject, const Call& call) {
  return to_residue(give(verify_request(service_, subject), call));
}

store::Restoration MessageStore::restore(const store::RestoreRequest& request, const Call& call,
                                         const store::ProgressSink& progress) {
  auto restoration = to_restoration(give(restore_request(service_, request), call));
  if (progress) progress(restoration.restored_counts);
  return restoration;
}

}  // namespace tenure::messaging
