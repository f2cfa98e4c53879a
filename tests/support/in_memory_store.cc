#include "tests/support/in_memory_store.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace tenure::test {
namespace {

void require_time_left(const Call& call) {
  if (call.deadline.has_passed()) throw Error(ErrorCode::timeout, "the deadline passed", Retry::later);
  if (call.stop.stop_requested()) throw Error(ErrorCode::timeout, "stopped on request", Retry::later);
}

}  // namespace

void InMemoryStore::put(const std::string& table, const Subject& subject, std::int64_t rows) {
  const std::lock_guard guard(mutex_);
  rows_[table][subject] = rows;
}

void InMemoryStore::before_each_call(std::function<void(const Call&)> hook) {
  const std::lock_guard guard(mutex_);
  hook_ = std::move(hook);
}

std::vector<store::EraseRequest> InMemoryStore::orders() const {
  const std::lock_guard guard(mutex_);
  return orders_;
}

std::map<std::string, std::map<Subject, std::int64_t>> InMemoryStore::rows() const {
  const std::lock_guard guard(mutex_);
  return rows_;
}

store::Preview InMemoryStore::preview(const Subject& subject, const Call& call) {
  run_hook(call);
  const std::lock_guard guard(mutex_);
  store::Preview preview;
  preview.data_counts = counts_of(subject);
  return preview;
}

store::Erasure InMemoryStore::erase(const store::EraseRequest& request, const Call& call,
                                    const store::ProgressSink& progress) {
  run_hook(call);
  const std::lock_guard guard(mutex_);
  orders_.push_back(request);
  raise_fence(request);
  const std::pair key(request.subject, request.idempotency_key);
  if (const auto receipt = receipts_.find(key); !request.idempotency_key.empty() && receipt != receipts_.end()) {
    auto erasure = receipt->second;
    erasure.is_replay = true;
    return erasure;
  }
  store::Erasure erasure{.deleted_counts = counts_of(request.subject), .changed_counts = {}, .digest = "abc123"};
  for (auto& [table, subjects] : rows_) subjects.erase(request.subject);
  if (!request.idempotency_key.empty()) receipts_[key] = erasure;
  if (progress) progress(erasure.deleted_counts);
  return erasure;
}

store::Residue InMemoryStore::verify(const Subject& subject, const Call& call) {
  require_time_left(call);
  const std::lock_guard guard(mutex_);
  store::Residue residue;
  for (const auto& [table, rows] : counts_of(subject)) {
    if (rows > 0) residue.rows_left[table] = rows;
  }
  return residue;
}

// The caller holds mutex_.
void InMemoryStore::raise_fence(const store::EraseRequest& request) {
  auto& epoch = epochs_[request.subject];
  if (request.job && request.epoch < epoch) {
    throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this subject");
  }
  epoch = std::max(epoch, request.epoch);
}

// The caller holds mutex_.
store::Counts InMemoryStore::counts_of(const Subject& subject) const {
  store::Counts counts;
  for (const auto& [table, subjects] : rows_) {
    const auto found = subjects.find(subject);
    counts[table] = found == subjects.end() ? 0 : found->second;
  }
  return counts;
}

void InMemoryStore::run_hook(const Call& call) {
  std::function<void(const Call&)> hook;
  {
    const std::lock_guard guard(mutex_);
    hook = hook_;
  }
  if (hook) hook(call);
  require_time_left(call);
}

}  // namespace tenure::test
