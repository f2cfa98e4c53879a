#pragma once

#include <functional>

#include "jobs/listener.h"

namespace tenure::jobs {

/// Calls back as soon as there may be something to claim: whoever adds, gives back or releases a job says so with
/// NOTIFY. Only a hint: while the session is lost, it is replaced every second, nothing is heard, and a poll has to
/// find what came meanwhile.
class WorkListener {
 public:
  /// `on_work` is called from a thread of the listener's own, which stops with this object: once at first and each time
  /// that the session is new.
  WorkListener(pg::ConnectionSettings control, const std::function<void()>& on_work);

 private:
  Listener listener_;
};

}  // namespace tenure::jobs
