#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/tenant_data_store.h"

namespace tenure::test {

/// A data store that does what a test wrote down for it beforehand, and records what it was asked. Thread-safe.
class ScriptedStore final : public store::TenantDataStore {
 public:
  struct Script {
    store::Counts rows;            ///< what it holds of any subject
    std::optional<Error> failure;  ///< every erasure fails with this
    int lost_answers = 0;          ///< erasures that happen, but whose answer is outcome_unknown
    int late_arrivals = 0;         ///< how many erasures are followed by late_rows arriving
    store::Counts late_rows;
    std::optional<Error> verify_failure;
    int verify_failures = 0;                  ///< how many verifications fail with verify_failure
    bool hangs = false;                       ///< an erasure waits for its deadline or a stop request
    bool ignores_deadline = false;            ///< an erasure or a preview waits for release() and nothing else
    std::function<void()> before_erase = {};  ///< called without the lock held
    bool keeps_archive = false;               ///< what it erases can come back
    std::optional<Error> restore_failure = {};
    int restore_failures = 0;  ///< how many restorations fail with restore_failure
  };

  explicit ScriptedStore(Script script) : script_(std::move(script)) {}

  store::Preview preview(const Subject& subject, const Call& call) override;
  store::Erasure erase(const store::EraseRequest& request, const Call& call,
                       const store::ProgressSink& progress) override;
  store::Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return script_.keeps_archive; }
  store::Restoration restore(const store::RestoreRequest& request, const Call& call,
                             const store::ProgressSink& progress) override;

  /// From now on erasures succeed.
  void recover();
  /// Lets calls that ignore their deadline go on, and waits until they have left.
  void release();
  /// Returns once an erasure was asked for.
  void wait_until_asked();
  std::vector<store::EraseRequest> orders() const;
  std::vector<store::RestoreRequest> restorations() const;
  /// What it holds now.
  store::Counts rows() const;
  int verifications() const;

 private:
  void obstruct(std::unique_lock<std::mutex>& lock, const Call& call);
  void wait_for_release(std::unique_lock<std::mutex>& lock);
  store::Erasure carry_out(const std::string& key);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Script script_;  // guarded by mutex_, as is all below
  std::map<std::string, store::Erasure> receipts_;
  std::vector<store::EraseRequest> orders_;
  std::vector<store::RestoreRequest> restorations_;
  std::int64_t fence_ = 0;
  store::Counts archived_;
  int verifications_ = 0;
  int held_ = 0;
  bool is_released_ = false;
};

}  // namespace tenure::test
