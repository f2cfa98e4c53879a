#pragma once

#include <set>
#include <string>
#include <vector>

#include "jobs/transition.h"

namespace tenure::erasure {

/// A receiver of kept notices, and the ends of jobs that it is told of.
struct NoticeTarget {
  std::string receiver;
  std::set<jobs::JobState> ends;
};

/// Keeps notices of how jobs end (spec E4), for whoever delivers them: of kind "deletion.{state}", with what
/// jobs::summarize_end says and {"type": the kind, "estate", "environment": when there is one}. Immutable.
class JobNotices {
 public:
  JobNotices(std::string estate, std::string environment, std::vector<NoticeTarget> targets)
      : estate_(std::move(estate)), environment_(std::move(environment)), targets_(std::move(targets)) {}

  /// One for each target that is to be told, in the transaction of the change. A jobs::TransitionHook.
  void keep(pg::Transaction& transaction, const jobs::Transition& change) const;

 private:
  const std::string estate_;
  const std::string environment_;
  const std::vector<NoticeTarget> targets_;
};

}  // namespace tenure::erasure
