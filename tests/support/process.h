#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tenure::test {

struct ProcessOptions {
  std::map<std::string, std::string> environment = {};  ///< beside the test's own
  bool has_terminal = false;  ///< standard input, output and error are one pseudo-terminal, as a person would have
};

/// A program that runs beside the test. What it prints is read at once, so that it never waits for us. It is killed
/// when this object goes, and asked to end when the test dies without that; a program that has changed its user, as a
/// server with an embedded cluster run by root has, does not hear the latter.
class Process {
 public:
  /// A server that brings PostgreSQL waits for its shutdown, which on a busy disk takes more than a minute.
  static constexpr std::chrono::seconds kPatience{180};

  /// @throws std::runtime_error when it cannot be started.
  explicit Process(std::vector<std::string> command, const ProcessOptions& options = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(std::string_view text);
  void close_input();
  void send_signal(int number) const;

  /// Waits until `text` was printed to standard output; returns all output so far. @throws std::runtime_error, with
  /// all that was printed, when it ends or the patience is over before.
  std::string read_until(std::string_view text, std::chrono::seconds patience = kPatience);
  enum class Condition { running, stopped, ended };
  /// What it does now. `stopped` is by a signal, until SIGCONT.
  Condition condition() const;
  /// Waits for its end for so long at most; true when it has ended.
  bool has_ended_within(std::chrono::milliseconds patience) const;
  /// Waits for its end. Returns the exit status, 128 + n when signal n ended it. @throws std::runtime_error, with all
  /// that was printed, when it did not end in time and was killed for that.
  int wait(std::chrono::milliseconds patience = kPatience);

  std::string output() const;
  std::string errors() const;  ///< empty on a terminal, where they are part of the output

 private:
  struct Stream {
    int fd = -1;
    std::string text;
    bool has_ended = false;
  };
  void read_all(Stream& stream);
  void start_reading(int output, int errors);
  void take_end();

  pid_t pid_ = -1;
  int input_ = -1;
  int status_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Stream output_;  // guarded by mutex_, apart from its fd
  Stream errors_;  // likewise
  std::vector<std::jthread> readers_;
};

/// What a program left when it ended.
struct Finished {
  int status = -1;
  std::string output;
  std::string errors;
};

/// Runs a program to its end, with `input` and then an end of file as its standard input.
Finished run_process(std::vector<std::string> command, const ProcessOptions& options = {}, std::string_view input = {});

}  // namespace tenure::test
