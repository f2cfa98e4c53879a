#pragma once

#include <chrono>
#include <string>

namespace tenure {

using WallTime = std::chrono::system_clock::time_point;
using MonotonicTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// Two clocks: wall for what people read, monotonic for durations. Leases use the database's clock instead.
/// Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual MonotonicTime monotonic() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  WallTime wall() const override { return std::chrono::system_clock::now(); }
  MonotonicTime monotonic() const override { return std::chrono::steady_clock::now(); }
};

/// RFC 3339 in UTC with milliseconds: 2026-03-01T12:00:00.000Z.
std::string to_rfc3339(WallTime time);

/// The instant by which a call must have ended. Copyable; the default never ends.
class Deadline {
 public:
  Deadline() = default;
  static Deadline after(Milliseconds duration) { return Deadline(std::chrono::steady_clock::now() + duration); }
  static Deadline at(MonotonicTime time) { return Deadline(time); }

  bool is_unlimited() const { return at_ == MonotonicTime::max(); }
  bool has_passed() const { return !is_unlimited() && std::chrono::steady_clock::now() >= at_; }
  /// Time left, never negative; a very long time when unlimited.
  Milliseconds left() const;
  MonotonicTime time() const { return at_; }

 private:
  explicit Deadline(MonotonicTime at) : at_(at) {}
  MonotonicTime at_ = MonotonicTime::max();
};

}  // namespace tenure
