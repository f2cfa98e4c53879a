#include "tests/support/scripted_store.h"

namespace tenure::test {

store::Preview ScriptedStore::preview(const Subject&, const Call&) {
  std::unique_lock lock(mutex_);
  if (script_.ignores_deadline) wait_for_release(lock);
  if (script_.failure) throw *script_.failure;
  return {.data_counts = script_.rows, .changed_counts = {}, .kept_counts = {}, .kept_reasons = {}, .outside_rows = {}};
}

store::Erasure ScriptedStore::erase(const store::EraseRequest& request, const Call& call,
                                    const store::ProgressSink& progress) {
  std::unique_lock lock(mutex_);
  orders_.push_back(request);
  changed_.notify_all();
  if (script_.before_erase) {
    lock.unlock();
    script_.before_erase();
    lock.lock();
  }
  obstruct(lock, call);
  if (request.epoch < fence_) throw Error(ErrorCode::conflict, "a later epoch holds the fence");
  fence_ = request.epoch;
  if (script_.failure) throw *script_.failure;
  const auto erasure = carry_out(request.idempotency_key);
  if (progress) progress(erasure.deleted_counts);
  if (script_.lost_answers > 0) {
    --script_.lost_answers;
    throw Error(ErrorCode::outcome_unknown, "no answer to COMMIT", Retry::later);
  }
  return erasure;
}

void ScriptedStore::obstruct(std::unique_lock<std::mutex>& lock, const Call& call) {
  if (script_.ignores_deadline) wait_for_release(lock);
  if (!script_.hangs) return;
  const bool is_released = changed_.wait_until(lock, call.stop, call.deadline.time(), [&] { return !script_.hangs; });
  if (!is_released) throw Error(ErrorCode::timeout, "the deadline passed", Retry::later);
}

void ScriptedStore::wait_for_release(std::unique_lock<std::mutex>& lock) {
  ++held_;
  changed_.wait(lock, [&] { return is_released_; });
  --held_;
  changed_.notify_all();
}

store::Erasure ScriptedStore::carry_out(const std::string& key) {
  if (const auto receipt = receipts_.find(key); receipt != receipts_.end()) {
    store::Erasure replay = receipt->second;
    replay.is_replay = true;
    return replay;
  }
  const store::Erasure erasure{.deleted_counts = script_.rows, .changed_counts = {}, .digest = "d1"};
  receipts_.emplace(key, erasure);
  for (auto& [table, rows] : script_.rows) {
    if (script_.keeps_archive) archived_[table] += rows;
    rows = 0;
  }
  if (script_.late_arrivals > 0) {
    --script_.late_arrivals;
    script_.rows = script_.late_rows;
  }
  return erasure;
}

store::Residue ScriptedStore::verify(const Subject&, const Call&) {
  const std::lock_guard lock(mutex_);
  ++verifications_;
  if (script_.verify_failures > 0) {
    --script_.verify_failures;
    throw Error(*script_.verify_failure);
  }
  store::Residue residue;
  for (const auto& [table, rows] : script_.rows) {
    if (rows > 0) residue.rows_left[table] = rows;
  }
  return residue;
}

store::Restoration ScriptedStore::restore(const store::RestoreRequest& request, const Call&,
                                          const store::ProgressSink&) {
  const std::lock_guard lock(mutex_);
  restorations_.push_back(request);
  if (request.epoch < fence_) throw Error(ErrorCode::conflict, "a later epoch holds the fence");
  fence_ = request.epoch;
  if (script_.restore_failures > 0) {
    --script_.restore_failures;
    throw Error(*script_.restore_failure);
  }
  const store::Restoration restoration{.restored_counts = archived_, .reverted_counts = {}};
  for (const auto& [table, rows] : archived_) script_.rows[table] += rows;
  archived_.clear();
  return restoration;
}

store::Erasure ScriptedStore::prepare(const store::EraseRequest& request, const Call& call,
                                      const store::ProgressSink& /*progress*/) {
  std::unique_lock lock(mutex_);
  orders_.push_back(request);
  obstruct(lock, call);
  if (request.epoch < fence_) throw Error(ErrorCode::conflict, "a later epoch holds the fence");
  if (!prepared_.empty()) throw Error(ErrorCode::conflict, "an earlier epoch holds its locks", Retry::later);
  fence_ = request.epoch;
  if (script_.failure) throw *script_.failure;
  prepared_.insert(request.epoch);
  return {.deleted_counts = script_.rows, .changed_counts = {}, .digest = "d1"};
}

void ScriptedStore::commit_prepared(const store::EraseRequest& request, const Call& /*call*/) {
  const std::lock_guard lock(mutex_);
  if (script_.commit_failures > 0) {
    --script_.commit_failures;
    throw Error(ErrorCode::unavailable, "the database does not answer", Retry::later);
  }
  if (prepared_.erase(request.epoch) > 0) {
    carry_out(request.idempotency_key);
  } else if (!receipts_.contains(request.idempotency_key)) {
    throw Error(ErrorCode::conflict, "it was rolled back");
  }
}

void ScriptedStore::roll_back_prepared(const store::EraseRequest& request, const Call& /*call*/) {
  const std::lock_guard lock(mutex_);
  prepared_.erase(request.epoch);
}

std::vector<std::int64_t> ScriptedStore::prepared_epochs(const JobId& /*job*/, const Call& /*call*/) {
  const std::lock_guard lock(mutex_);
  return {prepared_.begin(), prepared_.end()};
}

std::vector<store::RestoreRequest> ScriptedStore::restorations() const {
  const std::lock_guard lock(mutex_);
  return restorations_;
}

store::Counts ScriptedStore::rows() const {
  const std::lock_guard lock(mutex_);
  return script_.rows;
}

void ScriptedStore::recover() {
  const std::lock_guard lock(mutex_);
  script_.failure.reset();
  script_.hangs = false;
  changed_.notify_all();
}

void ScriptedStore::release() {
  std::unique_lock lock(mutex_);
  is_released_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return held_ == 0; });
}

void ScriptedStore::wait_until_asked() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !orders_.empty(); });
}

std::vector<store::EraseRequest> ScriptedStore::orders() const {
  const std::lock_guard lock(mutex_);
  return orders_;
}

int ScriptedStore::verifications() const {
  const std::lock_guard lock(mutex_);
  return verifications_;
}

}  // namespace tenure::test
