#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/atomic_store.h"

namespace tenure::test {

/// A data store that does what a test wrote down for it beforehand, and records what it was asked. Thread-safe.
class ScriptedStore final : public store::TenantDataStore, public store::AtomicStore {
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
    bool is_atomic = false;                   ///< it can erase in two phases
    int commit_failures = 0;                  ///< how many commits of prepared erasures do not get through
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

  store::AtomicStore* atomic() override { return script_.is_atomic ? this : nullptr; }
  store::Erasure prepare(const store::EraseRequest& request, const Call& call,
                         const store::ProgressSink& progress) override;
  void commit_prepared(const store::EraseRequest& request, const Call& call) override;
  void roll_back_prepared(const store::EraseRequest& request, const Call& call) override;
  std::vector<std::int64_t> prepared_epochs(const JobId& job, const Call& call) override;

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
  std::set<std::int64_t> prepared_;  ///< epochs
  int verifications_ = 0;
  int held_ = 0;
  bool is_released_ = false;
};

}  // namespace tenure::test
