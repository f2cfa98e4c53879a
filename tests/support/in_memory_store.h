#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/tenant_data_store.h"

namespace tenure::test {

/// The deletion contract over a map: table → subject → rows. It records the orders it was given. Thread-safe.
class InMemoryStore final : public store::TenantDataStore {
 public:
  enum class Archive { none, in_memory };
  /// With an archive, what a job erases under an archive key can come back.
  explicit InMemoryStore(Archive archive = Archive::none) : has_archive_(archive == Archive::in_memory) {}

  void put(const std::string& table, const Subject& subject, std::int64_t rows);
  /// Called at the start of every preview and erase; may throw or wait.
  void before_each_call(std::function<void(const Call&)> hook);
  std::vector<store::EraseRequest> orders() const;
  std::map<std::string, std::map<Subject, std::int64_t>> rows() const;

  store::Preview preview(const Subject& subject, const Call& call) override;
  store::Erasure erase(const store::EraseRequest& request, const Call& call,
                       const store::ProgressSink& progress) override;
  store::Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return has_archive_; }
  store::Restoration restore(const store::RestoreRequest& request, const Call& call,
                             const store::ProgressSink& progress) override;

 private:
  store::Counts counts_of(const Subject& subject) const;
  void raise_fence(const Subject& subject, const std::optional<JobId>& job, std::int64_t epoch);
  void run_hook(const Call& call);

  const bool has_archive_;
  mutable std::mutex mutex_;
  std::map<std::string, std::map<Subject, std::int64_t>> rows_;         // guarded by mutex_
  std::map<std::pair<Subject, std::string>, store::Erasure> receipts_;  // guarded by mutex_
  std::map<Subject, std::int64_t> epochs_;                              // guarded by mutex_
  std::vector<store::EraseRequest> orders_;                             // guarded by mutex_
  std::map<JobId, store::Counts> archived_;                             // guarded by mutex_
  std::map<JobId, store::Restoration> restored_;                        // guarded by mutex_
  std::function<void(const Call&)> hook_;                               // guarded by mutex_
};

}  // namespace tenure::test
