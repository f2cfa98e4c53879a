#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "pg/pool.h"

namespace tenure::jobs {

/// A job's wrapped data key.
struct ArchiveKey {
  JobId job;
  std::string key;
};

/// The archive keys of jobs, and when they are destroyed: the point of no return. An archive is let go of in two steps,
/// each harmless to repeat: its key here, which makes its files worthless, then the files. Thread-safe.
class KeptArchives {
 public:
  explicit KeptArchives(pg::Pool& control) : control_(control) {}

  /// Jobs whose retention is over and whose tenant is not held, and those whose key is destroyed while nobody has noted
  /// that the files are gone; the longest due first. A job whose compensation failed is never among them.
  std::vector<JobId> due(int limit);
  /// Destroys the key of a job that has ended, due or not, for whoever wants it so. True when it was there until now.
  /// @throws Error(conflict) for a job that has not ended or whose tenant is held, Error(not_found) for an unknown one.
  bool destroy_key(const JobId& job, const Actor& by = Actor::system());
  /// The files of a job whose key is destroyed are gone.
  void note_files_removed(const JobId& job);

  /// Every key there is, by job id, `limit` at a time.
  std::vector<ArchiveKey> keys(const std::optional<JobId>& after, int limit);
  /// False, and nothing done, when the job's key is not `from`.
  bool replace_key(const JobId& job, const std::string& from, const std::string& to);

 private:
  pg::Pool& control_;
};

}  // namespace tenure::jobs
