#include "events/relay_thread.h"

#include <chrono>

#include "base/error.h"
#include "events/backoff.h"
#include "events/sql.h"

namespace tenure::events {
namespace {

constexpr Milliseconds kPoll{1000};
constexpr Milliseconds kRoundTimeout{10000};
constexpr Milliseconds kLastRoundTimeout{3000};
constexpr std::chrono::hours kForgetInterval{1};
// Few enough for the timeout, however many there are.
constexpr int kEventsARound = 200;

}  // namespace

RelayThread::RelayThread(pg::Pool& control, Transport& transport, OnError on_error)
    : control_(control), transport_(transport), relay_(control, transport), on_error_(std::move(on_error)) {}

RelayThread::~RelayThread() { stop(); }

void RelayThread::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { relay(stop); });
}

void RelayThread::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void RelayThread::relay(const std::stop_token& stop) {
  int failures = 0;
  while (!stop.stop_requested()) {
    const auto round = run_round(kRoundTimeout);
    failures = round == Round::failed ? failures + 1 : 0;
    if (round != Round::more_left) wait(failures, stop);
  }
  // For the events of the last jobs.
  run_round(kLastRoundTimeout);
}

RelayThread::Round RelayThread::run_round(Milliseconds timeout) {
  try {
    listen();
    const auto call = Call::within(timeout);
    if (deliver(call) == kEventsARound) return Round::more_left;
    transport_.tend();
    if (std::chrono::steady_clock::now() >= forget_at_) {
      relay_.forget_delivered(call);
      forget_at_ = std::chrono::steady_clock::now() + kForgetInterval;
    }
    return Round::nothing_left;
  } catch (const Error& error) {
    report(error.what());
    return Round::failed;
  }
}

int RelayThread::deliver(const Call& call) {
  try {
    const auto delivered = relay_.deliver_pending(call, kEventsARound);
    last_error_.clear();
    return delivered;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    // Those for others were delivered; this one is looked at again after the usual pause.
    report(error.what());
    return 0;
  }
}

void RelayThread::report(const std::string& what) {
  if (on_error_ && what != last_error_) on_error_(what);
  last_error_ = what;
}

void RelayThread::listen() {
  if (ear_ && ear_->is_alive()) return;
  ear_.reset();
  auto session = pg::Connection::open(control_.settings(), Call::within(kRoundTimeout));
  session.exec(sql::kListenToOutbox);
  ear_ = std::move(session);
}

void RelayThread::wait(int failures, const std::stop_token& stop) {
  if (failures == 0 && ear_) {
    try {
      ear_->wait_for_notifications({Deadline::after(kPoll), stop});
      return;
    } catch (const Error&) {
      ear_.reset();
    }
  }
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop, failures == 0 ? kPoll : backoff(failures), [] { return false; });
}

}  // namespace tenure::events
