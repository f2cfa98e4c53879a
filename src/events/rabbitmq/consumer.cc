#include "events/rabbitmq/consumer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

#include "base/error.h"
#include "base/failpoint.h"
#include "events/backoff.h"
#include "events/rabbitmq/topology.h"

namespace tenure::events {
namespace {

constexpr Milliseconds kConnectTimeout{10000};
constexpr Milliseconds kReplyTimeout{10000};
// Often enough for heartbeats.
constexpr int kTendMilliseconds = 1000;

Call at_once() { return Call::within(Milliseconds(0)); }

}  // namespace

Consumer::Consumer(ConsumerSettings settings, Handler handler, OnError on_error)
    : settings_(std::move(settings)),
      handler_(std::move(handler)),
      on_error_(std::move(on_error)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ < 0) throw Error(ErrorCode::unavailable, "out of file descriptors", Retry::later);
}

Consumer::~Consumer() {
  stop(Milliseconds(0));
  ::close(wake_);
}

void Consumer::start() {
  workers_.emplace(settings_.at_once);
  thread_ = std::jthread([this] { run(); });
}

void Consumer::stop(Milliseconds drain) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_stopping_) drain_ = Deadline::after(drain);
    is_stopping_ = true;
    stopped_.notify_all();
  }
  wake();
  if (thread_.joinable()) thread_.join();
  workers_.reset();
}

void Consumer::run() {
  for (int failures = 0;;) {
    const auto last = connection_;
    try {
      serve();
      return;
    } catch (const Error& error) {
      report(error.what());
    }
    failures = connection_ == last ? failures + 1 : 1;
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, backoff(failures), [&] { return is_stopping_; })) return;
  }
}

void Consumer::serve() {
  auto session = Session::open(settings_.broker, Call::within(kConnectTimeout));
  declare_topology(session, settings_.services);
  session.consume(settings_.queue, settings_.at_once);
  ++connection_;
  while (!is_drained()) {
    settle_handled(session);
    if (auto arrival = session.next(at_once())) {
      dispatch(*std::move(arrival));
    } else {
      wait_for_broker_or_wake(session);
    }
  }
}

bool Consumer::is_drained() {
  const std::lock_guard lock(mutex_);
  if (!is_stopping_) return false;
  if (drain_.has_passed()) workers_->request_stop();
  return in_flight_ == 0;
}

void Consumer::dispatch(Arrival arrival) {
  {
    const std::lock_guard lock(mutex_);
    // It goes back to the queue with the connection.
    if (is_stopping_) return;
    ++in_flight_;
  }
  workers_->post(
      [this, handled = Handled{std::move(arrival), connection_, std::nullopt}](const std::stop_token& stop) mutable {
        handled.outcome = handle_patiently(handler_, handled.arrival.message, stop, on_error_);
        {
          const std::lock_guard lock(mutex_);
          handled_.push_back(std::move(handled));
        }
        wake();
      });
}

void Consumer::settle_handled(Session& session) {
  std::vector<Handled> handled;
  {
    const std::lock_guard lock(mutex_);
    handled.swap(handled_);
    in_flight_ -= static_cast<int>(handled.size());
  }
  for (const auto& one : handled) settle(session, one);
}

void Consumer::settle(Session& session, const Handled& handled) {
  if (handled.connection != connection_ || !handled.outcome) return;
  if (!handled.outcome->is_understood) return session.reject(handled.arrival);
  if (handled.outcome->reply) reply(session, *handled.outcome->reply);
  session.acknowledge(handled.arrival);
  TENURE_FAILPOINT("inbox.ack.after");
}

void Consumer::reply(Session& session, const Message& message) {
  const auto& route = settings_.reply_route;
  if (session.publish(route, message, Call::within(kReplyTimeout)) == Fate::queued) return;
  // Somebody removed the queue.
  declare_topology(session, settings_.services);
  if (session.publish(route, message, Call::within(kReplyTimeout)) == Fate::queued) return;
  throw Error(ErrorCode::unavailable, "no queue takes the answers of " + settings_.queue, Retry::later);
}

void Consumer::wait_for_broker_or_wake(const Session& session) const {
  std::array<pollfd, 2> descriptors{pollfd{session.socket(), POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
  ::poll(descriptors.data(), descriptors.size(), kTendMilliseconds);
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto bytes = ::read(wake_, &wakes, sizeof(wakes));
}

void Consumer::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto bytes = ::write(wake_, &one, sizeof(one));
}

void Consumer::report(const std::string& what) const {
  if (on_error_) on_error_(what);
}

}  // namespace tenure::events
