#pragma once

#include <chrono>

#include "base/clock.h"

namespace tenure::test {

/// Clocks that a test moves: wall starts now, or where the test says. Not for several threads at once.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime wall = std::chrono::system_clock::now()) : wall_(wall) {}

  WallTime wall() const override { return wall_; }
  MonotonicTime monotonic() const override { return monotonic_; }
  void advance(Milliseconds by) {
    wall_ += by;
    monotonic_ += by;
  }

 private:
  WallTime wall_;
  MonotonicTime monotonic_ = std::chrono::steady_clock::now();
};

}  // namespace tenure::test
