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
  if (request.archive_key && !request.job) throw Error(ErrorCode::invalid_argument, "an archive belongs to a job");
  if (request.archive_key && !has_archive_) throw Error(ErrorCode::refused, "there is no archive");
  raise_fence(request.subject, request.job, request.epoch);
  if (request.job && restored_.contains(*request.job)) throw Error(ErrorCode::conflict, "the job was rolled back here");
  const std::pair key(request.subject, request.idempotency_key);
  if (const auto receipt = receipts_.find(key); !request.idempotency_key.empty() && receipt != receipts_.end()) {
    auto erasure = receipt->second;
    erasure.is_replay = true;
    return erasure;
  }
  store::Erasure erasure{.deleted_counts = counts_of(request.subject), .changed_counts = {}, .digest = "abc123"};
  for (auto& [table, subjects] : rows_) subjects.erase(request.subject);
  if (request.archive_key) {
    for (const auto& [table, rows] : erasure.deleted_counts) archived_[*request.job][table] += rows;
  }
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

store::Restoration InMemoryStore::restore(const store::RestoreRequest& request, const Call& call,
                                          const store::ProgressSink& progress) {
  if (!has_archive_) return TenantDataStore::restore(request, call, progress);
  run_hook(call);
  const std::lock_guard guard(mutex_);
  raise_fence(request.subject, request.job, request.epoch);
  if (const auto earlier = restored_.find(request.job); earlier != restored_.end()) {
    auto restoration = earlier->second;
    restoration.is_replay = true;
    return restoration;
  }
  auto& restoration = restored_[request.job];
  for (const auto& [table, rows] : archived_[request.job]) {
    if (rows == 0) continue;
    rows_[table][request.subject] += rows;
    restoration.restored_counts[table] = rows;
  }
  if (progress) progress(restoration.restored_counts);
  return restoration;
}

// The caller holds mutex_.
void InMemoryStore::raise_fence(const Subject& subject, const std::optional<JobId>& job, std::int64_t of_order) {
  auto& epoch = epochs_[subject];
  if (job && of_order < epoch) {
    throw Error(ErrorCode::conflict, "a later owner of the job, or a later job, holds the fence of this subject");
  }
  epoch = std::max(epoch, of_order);
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
