#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "archive/archive.h"
#include "base/actor.h"
#include "jobs/kept_archives.h"

namespace tenure::erasure {

/// Destroys archives whose retention has ended (spec C7): first the data key in the control database, which is the
/// point of no return and makes the files worthless, then the files. Whoever dies in between leaves files that the next
/// sweep finds. Several processes may sweep at once. Thread-safe.
class ArchiveSweep {
 public:
  /// Whose archive is gone, and what went wrong for one or for the sweep as a whole.
  struct Outcome {
    std::vector<JobId> shredded;
    std::vector<std::string> errors;
  };

  ArchiveSweep(jobs::KeptArchives& kept, const archive::Vault& vault) : kept_(kept), vault_(vault) {}
  /// Stops sweeping.
  ~ArchiveSweep();
  ArchiveSweep(const ArchiveSweep&) = delete;
  ArchiveSweep& operator=(const ArchiveSweep&) = delete;

  /// Everything that is due.
  Outcome sweep(const std::stop_token& stop = {});
  /// One job's archive, due or not; harmless to repeat. @throws as jobs::KeptArchives::destroy_key, and
  /// Error(unavailable) when the files cannot be removed: their key is gone then, and a sweep tries again.
  void shred(const JobId& job, const Actor& by = Actor::system());

  /// Sweeps at once and then every `interval`, on a thread of its own, and tells `on_outcome` when something was
  /// destroyed or failed.
  void start(Milliseconds interval, std::function<void(const Outcome&)> on_outcome);
  void stop();

 private:
  jobs::KeptArchives& kept_;
  const archive::Vault& vault_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::erasure
