#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "pg/connection.h"

namespace tenure::jobs {

/// Hears what is said with NOTIFY in the control database, on a thread of its own. While its session is lost, it is
/// replaced every second, nothing is heard.
class Listener {
 public:
  struct Hooks {
    /// Something may have been missed: once at first, and each time that the session is new.
    std::function<void()> on_session;
    /// What was said since the last call, in order.
    std::function<void(const std::vector<std::string>& payloads)> on_payloads;
  };

  /// `listen` is a LISTEN. A hook that throws Error has the session replaced.
  Listener(pg::ConnectionSettings control, pg::Sql listen, Hooks hooks);
  /// Stops listening.
  ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  void hear(const std::stop_token& stop) const;

  const pg::ConnectionSettings control_;
  const pg::Sql listen_;
  const Hooks hooks_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::jobs
