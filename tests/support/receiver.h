#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "server/http_server.h"

namespace tenure::test {

/// A real HTTP server on this machine that keeps what is posted to it. Answers with the statuses it was given, in their
/// order, and 200 after them.
class Receiver {
 public:
  explicit Receiver(std::vector<int> statuses = {});

  std::string url() const { return http_.url(); }
  /// Everything received so far.
  std::vector<server::Request> received() const;
  /// Waits until so many have come; fails the test after a generous time.
  std::vector<server::Request> wait_for(std::size_t count) const;
  /// Answers nothing from now on until the receiver ends: whoever posts runs into its own limit.
  void fall_silent();

 private:
  server::Response answer(server::Request request);

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;  // guarded by mutex_, as are the rest
  std::deque<int> statuses_;
  std::vector<server::Request> received_;
  bool is_silent_ = false;
  server::HttpServer http_;
};

}  // namespace tenure::test
