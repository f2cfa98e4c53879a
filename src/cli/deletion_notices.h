#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "erasure/job_notices.h"
#include "estate/estate.h"
#include "jobs/job_store.h"
#include "notifications/notice.h"
#include "notifications/queue/courier.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::cli {

/// Who is told how deletions end, as the estate says: what keeps the notices, and what brings them. Each receiver has a
/// courier of its own, so that one that hangs holds up no other, let alone a deletion.
class DeletionNotices {
 public:
  /// All outlive it.
  DeletionNotices(const estate::Estate& estate, const std::string& environment, pg::Pool& control, const Clock& clock);
  DeletionNotices(const DeletionNotices&) = delete;
  DeletionNotices& operator=(const DeletionNotices&) = delete;

  /// A jobs::TransitionHook.
  void keep(pg::Transaction& transaction, const jobs::Transition& change) const { kept_.keep(transaction, change); }
  notifications::NoticeQueue& queue() { return queue_; }
  /// What people call a kept notice's receiver: "webhook"; "email 2", the second address of the file; "email ?", none
  /// of it any more.
  std::string name_of(const std::string& receiver) const;

  void start();
  void stop(Milliseconds drain);
  /// Brings what is due, each tried once, while the call lasts; for a command, which has no time to wait.
  void deliver_due(const Call& call);
  /// What came of telling everybody something of no matter, by name, in the order of the file. Keeps nothing.
  std::vector<std::pair<std::string, notifications::Attempt>> try_all(const Call& call);

 private:
  notifications::Notice read(const notifications::KeptNotice& kept);

  jobs::JobStore jobs_;
  notifications::NoticeQueue queue_;
  const erasure::JobNotices kept_;
  const std::string test_;  ///< a payload
  std::vector<std::unique_ptr<notifications::Receiver>> receivers_;
  std::vector<std::unique_ptr<notifications::Courier>> couriers_;  // last: they use all of the above
};

}  // namespace tenure::cli
