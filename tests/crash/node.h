#pragma once

#include <optional>
#include <string>

#include "tests/support/server.h"

namespace tenure::crash {

/// A `tenure serve` that may die at any moment, also before it listens.
class Node {
 public:
  Node(const std::vector<std::string>& arguments, const test::Environment& environment)
      : process_(test::serve_command(arguments), {.environment = environment}) {}

  /// The answer; nullopt when the process died before it had given one. @throws std::runtime_error when it ended
  /// otherwise.
  std::optional<test::Answer> ask(const std::string& method, const std::string& path, const Secret& token,
                                  const std::string& body = {});

  bool is_running() const { return process_.condition() == test::Process::Condition::running; }
  bool is_stopped() const { return process_.condition() == test::Process::Condition::stopped; }
  bool has_ended() const { return process_.condition() == test::Process::Condition::ended; }
  bool has_ended_within(std::chrono::milliseconds patience) const { return process_.has_ended_within(patience); }
  void send_signal(int number) const { process_.send_signal(number); }
  /// Its exit status, 128 + n for signal n.
  int wait() { return process_.wait(); }
  std::string errors() const { return process_.errors(); }

 private:
  test::Process process_;
  std::string url_;
};

}  // namespace tenure::crash
