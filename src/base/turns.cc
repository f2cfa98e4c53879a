#include "base/turns.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace tenure {

Turns::Turns(std::string what, int at_once, int most_waiting)
    : what_(std::move(what)), at_once_(at_once), most_waiting_(most_waiting) {
  if (at_once < 1 || most_waiting < 0) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: nobody's turn would ever come", what_));
  }
}

Turns::Turn Turns::take(const Call& call) {
  const Error too_late(ErrorCode::timeout, fmt::format("{}: its turn did not come in time", what_), Retry::later);
  if (call.deadline.has_passed() || call.stop.stop_requested()) throw too_late;
  std::unique_lock lock(mutex_);
  const auto is_free = [&] { return running_ < at_once_; };
  if (!is_free()) {
    if (waiting_ >= most_waiting_) {
      throw Error(ErrorCode::unavailable, fmt::format("{}: too many are waiting for their turn", what_), Retry::later);
    }
    ++waiting_;
    const bool has_come = call.deadline.is_unlimited()
                              ? freed_.wait(lock, call.stop, is_free)
                              : freed_.wait_until(lock, call.stop, call.deadline.time(), is_free);
    --waiting_;
    if (!has_come) throw too_late;
  }
  ++running_;
  return Turn(*this);
}

std::optional<Turns::Turn> Turns::try_take() {
  const std::lock_guard lock(mutex_);
  if (running_ >= at_once_) return std::nullopt;
  ++running_;
  return Turn(*this);
}

int Turns::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void Turns::give_back() {
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  freed_.notify_one();
}

}  // namespace tenure
