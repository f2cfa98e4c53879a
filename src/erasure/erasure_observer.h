#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "erasure/backoff.h"
#include "jobs/job.h"

namespace tenure::erasure {

/// Why a call to a service did not work out.
enum class CallFailure {
  timeout,      ///< no answer in the service's time
  unreachable,  ///< it could not be reached, or its answer was lost
  busy,         ///< it will do it later
  permanent,    ///< it will not do it
  rows_left,    ///< it kept finding rows when it counted again
};

std::string_view to_string(CallFailure failure);
/// What an error means; whether the service's time was over by then can only be told by who called.
CallFailure call_failure(ErrorCode code, Retry retry);

/// How one call to a service ended: a part of a step, which may take several.
struct CallEnd {
  JobId job;
  std::string service;
  std::int64_t items = 0;  ///< rows that it deleted
  Milliseconds duration{0};
  std::optional<CallFailure> failure = std::nullopt;  ///< absent when all went well
};

/// Is told how erasures go, for metrics and logs (spec E1, E7). Members are called from the threads that run jobs,
/// several at once; none may throw or block for long. By default nothing happens.
class ErasureObserver {
 public:
  virtual ~ErasureObserver() = default;
  virtual void on_call_ended(const CallEnd& /*call*/) {}
  /// The job has come to its end in this process.
  virtual void on_job_ended(const jobs::Job& /*job*/) {}
};

}  // namespace tenure::erasure
