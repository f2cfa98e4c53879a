#pragma once

#include <functional>
#include <vector>

#include "base/ids.h"
#include "jobs/listener.h"

namespace tenure::jobs {

/// Says which jobs have changed, as soon as the change is committed, by whichever process. While its session is lost,
/// it is replaced every second, nothing is heard.
class ChangeListener {
 public:
  struct Hooks {
    /// Changes may have been missed: once at first, and each time that the session is new.
    std::function<void()> on_gap;
    /// Each id once; several changes of a job may be told as one.
    std::function<void(const std::vector<JobId>& changed)> on_change;
  };

  /// The hooks are called from a thread of the listener's own, which stops with this object. One that throws has the
  /// session replaced.
  ChangeListener(pg::ConnectionSettings control, Hooks hooks);

 private:
  Listener listener_;
};

}  // namespace tenure::jobs
