#pragma once

#include "erasure/erasure_observer.h"
#include "messaging/responder.h"

/// What deletions say in the log (spec E7; docs/logs.md lists the lines): ids, counts, durations and words. A user's id
/// is not among them, and no error's text, which may be another program's.
namespace tenure::cli {

/// The orchestrator's side: a line for each step of a job and each change of its state.
class ErasureLog final : public erasure::ErasureObserver {
 public:
  void on_call_ended(const erasure::CallEnd& call) override;
  void on_job_changed(const erasure::JobChange& change) override;
  void on_job_ended(const jobs::Job& job) override;
};

/// The side of a service that is asked by message. Over HTTP, the access log has a line a request.
void log_answer(const messaging::Responder::Answered& answered);

}  // namespace tenure::cli
