#include "notifications/queue/courier.h"

#include <algorithm>

#include "base/error.h"
#include "base/pause.h"

namespace tenure::notifications {
namespace {

constexpr Milliseconds kPoll{1'000};
constexpr Milliseconds kStatementTimeout{10'000};
constexpr Milliseconds kTryTimeout{20'000};
// Longer than a try and noting what came of it.
constexpr Milliseconds kClaim{60'000};
constexpr Milliseconds kFirstPause{1'000};
constexpr Milliseconds kLongestPause{std::chrono::minutes(10)};
constexpr std::chrono::hours kTidyInterval{1};

Call soon() { return Call::within(kStatementTimeout); }

}  // namespace

Milliseconds pause_after(int tries) {
  auto wait = kFirstPause;
  for (int at = 1; at < tries && wait < kLongestPause; ++at) wait *= 2;
  return std::min(wait, kLongestPause);
}

Courier::Courier(NoticeQueue& queue, Receiver& receiver, OnReport on_report)
    : queue_(queue), receiver_(receiver), on_report_(std::move(on_report)) {}

Courier::~Courier() { stop(Milliseconds(0)); }

void Courier::start() {
  has_ended_ = false;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    run(stop);
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    ended_.notify_all();
  });
}

void Courier::stop(Milliseconds drain) {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, drain, [this] { return has_ended_; });
  }
  calls_.request_stop();
  thread_.join();
}

void Courier::run(const std::stop_token& stop) {
  std::string last_trouble;
  while (!stop.stop_requested()) {
    try {
      if (std::chrono::steady_clock::now() >= tidy_at_) {
        queue_.tidy(soon());
        tidy_at_ = std::chrono::steady_clock::now() + kTidyInterval;
      }
      if (deliver_next({Deadline(), calls_.get_token()})) continue;
      last_trouble.clear();
    } catch (const Error& error) {
      if (error.what() != last_trouble) report_trouble(error.what());
      last_trouble = error.what();
    }
    pause(kPoll, stop);
  }
}

void Courier::deliver_due(const Call& call) {
  try {
    while (!call.has_ended() && deliver_next(call)) {
    }
  } catch (const Error& error) {
    report_trouble(error.what());
  }
}

void Courier::report_trouble(const std::string& why) {
  on_report_({.what = CourierReport::What::trouble, .receiver = receiver_.kind(), .why = why});
}

bool Courier::deliver_next(const Call& call) {
  const auto notice = queue_.take(receiver_.keys(), kClaim, soon());
  if (!notice) return false;
  const auto attempt = try_once(*notice, call);
  if (!attempt.why.empty() && call.has_ended()) {
    queue_.give_back(*notice, soon());
    return false;
  }
  settle(*notice, attempt);
  return true;
}

Attempt Courier::try_once(const KeptNotice& notice, const Call& call) {
  const auto time = std::min(kTryTimeout, call.deadline.left());
  try {
    return receiver_.deliver(notice, {Deadline::after(time), call.stop});
  } catch (const Error& error) {
    return {.why = error.what(), .may_pass = true};
  }
}

void Courier::settle(const KeptNotice& notice, const Attempt& attempt) {
  using What = CourierReport::What;
  CourierReport report{.receiver = receiver_.kind(), .notice = &notice, .why = attempt.why};
  if (attempt.why.empty()) {
    queue_.note_delivered(notice, soon());
  } else {
    const auto wait = std::clamp(attempt.wait.value_or(Milliseconds(0)), pause_after(notice.tries), kLongestPause);
    const bool is_given_up =
        queue_.put_off(notice, attempt.why, attempt.may_pass ? std::optional(wait) : std::nullopt, soon());
    report.what = is_given_up ? What::given_up : What::put_off;
  }
  on_report_(report);
}

}  // namespace tenure::notifications
