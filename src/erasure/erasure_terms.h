#pragma once

#include <chrono>
#include <optional>

#include "archive/keys.h"
#include "jobs/job.h"

namespace tenure::erasure {

/// What an estate says of every erasure of a tenant. A value.
struct ErasureTerms {
  std::optional<archive::KeyRing> archive_keys;  ///< absent: nothing is archived, and nothing can be taken back
  std::chrono::seconds retention{0};             ///< of archives, from the end of a job on
  std::optional<jobs::OnFailure> on_failure;     ///< absent: roll back where there is an archive, else retry
  bool needs_approval = false;

  /// Writes them into a new job, which must have its id; the job gets a data key of its own.
  void apply(jobs::NewJob& job) const;
};

}  // namespace tenure::erasure
