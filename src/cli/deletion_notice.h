#pragma once

#include <optional>

#include "jobs/job.h"
#include "notifications/notice.h"
#include "notifications/queue/notice_queue.h"

namespace tenure::cli {

/// The kind of a notice that tells of nothing.
inline constexpr const char* kTestNotice = "test";

/// What a kept notice of a job's end (erasure::JobNotices) says to people. The tenant's name and the causes of a
/// failure are those that the job has by now; `job` may be gone. @throws Error(corrupt) for a payload that is none.
notifications::Notice deletion_notice(const notifications::KeptNotice& kept, const std::optional<jobs::Job>& job);

}  // namespace tenure::cli
