#include "jobs/job.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::jobs {

std::string_view to_string(OnFailure policy) { return policy == OnFailure::roll_back ? "roll_back" : "retry"; }

OnFailure parse_on_failure(std::string_view text) {
  if (text == "roll_back") return OnFailure::roll_back;
  if (text == "retry") return OnFailure::retry;
  throw Error(ErrorCode::invalid_argument, "on_failure: not one of roll_back, retry");
}

void require_priority(int priority) {
  if (priority >= kLowestPriority && priority <= kHighestPriority) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("priority: not between {} and {}", kLowestPriority, kHighestPriority));
}

}  // namespace tenure::jobs
