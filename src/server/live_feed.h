#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "erasure/erasure_event.h"
#include "jobs/change_listener.h"
#include "jobs/job_store.h"
#include "server/web_socket.h"

namespace tenure::server {

/// What somebody may see of the feed.
struct Viewer {
  bool sees_all = false;
  std::optional<UserId> user = std::nullopt;
  std::set<TenantId> tenants = {};  ///< those that they own or administer

  bool may_see(const Subject& subject, const std::optional<UserId>& initiated_by) const;
  bool operator==(const Viewer&) const = default;
};

/// Where a viewer was when their connection was cut. Numbers of different feeds have nothing to do with each other.
struct FeedPosition {
  std::string feed;
  std::int64_t number = 0;
};

/// Deletion jobs as they change, in one numbered sequence for all who watch. One reader, in a thread of its own, reads
/// each job that has changed from the control database, whichever process changed it, and works out what is new; that
/// is encoded once and goes to every viewer who may see it. A viewer begins with a snapshot of the open jobs or, when
/// they were here before and not too long ago, with what they have missed. However many jobs are open, a snapshot has
/// at most kSnapshotJobs of them, those at work and those that want a decision first; the others come when they change.
/// Thread-safe.
///
///     {"type": "snapshot", "feed", "number", "open": {state: count…}, "jobs": [job…]}       what is open now
///     {"type": "resumed", "feed", "number"}                        what was missed follows
///     {"type": "job", "number", "was", "job"}                      a whole job: it is new ("was" is null), or more
///     than
///                                                                  a step changed since it was in the state "was"
///     {"type": "step", "number", "job_id", "service", "step"}      one service of a job
///     {"type": "progress", "job_id", "service", "total"}           rows of a call that still runs; not numbered,
///                                                                  five times a second at most. Of each call the last
///                                                                  one is told to who comes later
class LiveFeed {
 public:
  static constexpr std::size_t kSnapshotJobs = 200;
  static constexpr Milliseconds kBetweenProgress{200};

  /// `store` outlives it.
  LiveFeed(jobs::JobStore& store, const pg::ConnectionSettings& control);
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// From now on `socket` is sent everything that `viewer` may see, in order and without a gap. Subscribing again
  /// changes the viewer only; one who may see other things from now on is sent a snapshot of them.
  void subscribe(const std::shared_ptr<WebSocket>& socket, Viewer viewer, const std::optional<FeedPosition>& after);
  void unsubscribe(const std::shared_ptr<WebSocket>& socket);
  /// What a worker of this process is doing right now; see ErasureListener.
  void note(const erasure::ErasureEvent& event);

  /// For tests and for logs.
  std::size_t viewers() const;

 private:
  struct Progress {
    SharedFrame frame;
    bool is_told = false;
  };
  /// What viewers have been told of a job.
  struct Told {
    Subject subject;
    std::optional<UserId> initiated_by;
    jobs::JobState state;
    std::int64_t rank;                              ///< the least come first
    std::string job;                                ///< JSON
    std::map<std::string, Progress> progress = {};  ///< service → the last of its call
  };
  struct Event {
    std::int64_t number;
    Subject subject;
    std::optional<UserId> initiated_by;
    SharedFrame frame;
  };
  struct Subscription {
    std::shared_ptr<WebSocket> socket;
    Viewer viewer;
  };

  void refresh();
  void reread(const std::vector<JobId>& changed);
  void tell(const jobs::Job& job);
  void publish(nlohmann::json event, const Told& about);
  bool resume(const Subscription& subscription, const std::optional<FeedPosition>& after) const;
  void send_progress(const Subscription& subscription) const;
  void tell_progress(const std::stop_token& stop);
  SharedFrame snapshot_for(const Viewer& viewer) const;

  jobs::JobStore& store_;
  const std::string id_;
  mutable std::mutex mutex_;
  std::map<JobId, Told> told_;               // guarded by mutex_; open jobs only
  std::int64_t number_ = 0;                  // guarded by mutex_; of the last event
  std::deque<Event> kept_;                   // guarded by mutex_; the newest ones
  std::vector<Subscription> subscriptions_;  // guarded by mutex_
  bool has_untold_ = false;                  // guarded by mutex_; progress
  std::condition_variable_any untold_;
  jobs::ChangeListener listener_;  // last but one: it calls
  std::jthread teller_;            // last: it tells
};

}  // namespace tenure::server
