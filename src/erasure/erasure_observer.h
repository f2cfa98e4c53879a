#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

/// What a service was called for.
enum class Operation {
  erase,
  verify,   ///< to count again
  restore,  ///< to bring back what was erased
  prepare,  ///< to erase, as the first half of a two-phase commit
  commit,   ///< what was prepared
  roll_back,
};

std::string_view to_string(Operation operation);
/// What an error means; whether the service's time was over by then can only be told by who called.
CallFailure call_failure(ErrorCode code, Retry retry);

/// How one call to a service ended: a part of a step, which may take several.
struct CallEnd {
  JobId job;
  std::string service;
  Operation operation = Operation::erase;
  std::int64_t items = 0;  ///< rows that it deleted, found when it counted again, or brought back
  Milliseconds duration{0};
  std::optional<CallFailure> failure = std::nullopt;  ///< absent when all went well
  bool is_unfinished = false;                        ///< it got on and the next call goes on; its items come in the end
  std::optional<TenantId> tenant = std::nullopt;     ///< absent where a user is erased
  std::optional<TraceContext> trace = std::nullopt;  ///< of the run
};

/// The job came into this state by the run that tells of it.
struct JobChange {
  JobId job;
  std::optional<TenantId> tenant = std::nullopt;  ///< absent where a user is erased
  jobs::JobState state = jobs::JobState::pending;
  std::optional<TraceContext> trace = std::nullopt;
};

/// Is told how erasures go, for metrics and logs (spec E1, E7). Members are called from the threads that run jobs,
/// several at once; none may throw or block for long. By default nothing happens.
class ErasureObserver {
 public:
  virtual ~ErasureObserver() = default;
  virtual void on_call_ended(const CallEnd& /*call*/) {}
  virtual void on_job_changed(const JobChange& /*change*/) {}
  /// The job has come to its end in this process.
  virtual void on_job_ended(const jobs::Job& /*job*/) {}
};

/// Tells several. Whoever is added is not owned.
class Observers final : public ErasureObserver {
 public:
  /// Before the first job is run.
  void add(ErasureObserver& observer) { observers_.push_back(&observer); }

  void on_call_ended(const CallEnd& call) override {
    for (auto* observer : observers_) observer->on_call_ended(call);
  }
  void on_job_changed(const JobChange& change) override {
    for (auto* observer : observers_) observer->on_job_changed(change);
  }
  void on_job_ended(const jobs::Job& job) override {
    for (auto* observer : observers_) observer->on_job_ended(job);
  }

 private:
  std::vector<ErasureObserver*> observers_;
};

}  // namespace tenure::erasure
