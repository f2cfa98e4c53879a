#pragma once

#include <functional>
#include <thread>

#include "pg/connection.h"

namespace tenure::jobs {

/// Calls back as soon as there may be something to claim: whoever adds, gives back or releases a job says so with
/// NOTIFY. Only a hint: while the session is lost, it is replaced every second, nothing is heard, and a poll has to
/// find what came meanwhile.
class WorkListener {
 public:
  /// `on_work` is called from a thread of the listener's own, once at first and each time that the session is new.
  WorkListener(pg::ConnectionSettings control, std::function<void()> on_work);
  /// Stops listening.
  ~WorkListener() = default;
  WorkListener(const WorkListener&) = delete;
  WorkListener& operator=(const WorkListener&) = delete;

 private:
  void listen(const std::stop_token& stop) const;

  const pg::ConnectionSettings control_;
  const std::function<void()> on_work_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::jobs
