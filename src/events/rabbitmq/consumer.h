#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "events/handler.h"
#include "events/rabbitmq/session.h"
#include "events/workers.h"

namespace tenure::events {

struct ConsumerSettings {
  BrokerSettings broker;
  std::string queue;
  Route reply_route = {};             ///< where replies go
  std::vector<std::string> services;  ///< of the estate's topology, which it makes where it is missing
  int at_once = 4;                    ///< messages
};

/// Takes messages off a queue, several at once, until it is stopped. A message is acknowledged after its handler has
/// returned and the broker has confirmed the reply; a crash before that brings it back. One that is not understood goes
/// to the dead letters. While the broker is gone it waits, ever longer, and comes back. Thread-safe.
class Consumer {
 public:
  /// Called from several threads, with what went wrong; it goes on by itself.
  using OnError = std::function<void(const std::string& what)>;

  Consumer(ConsumerSettings settings, Handler handler, OnError on_error = {});
  /// Stops without waiting for handlers.
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void start();
  /// Takes nothing more and lets handlers end for as long as `drain`, then asks them to stop. What they had not seen to
  /// goes back to the queue. A second call does nothing.
  void stop(Milliseconds drain);

 private:
  /// A message on its way through a handler.
  struct Handled {
    Arrival arrival;
    std::uint64_t connection = 0;    // the number of that which it came on: no other can settle it
    std::optional<Outcome> outcome;  // nothing: a stop came before it was seen to
  };

  void run();
  void serve();
  /// True when there is nothing left to do on this connection.
  bool is_drained();
  void dispatch(Arrival arrival);
  void settle_handled(Session& session);
  void settle(Session& session, const Handled& handled);
  void reply(Session& session, const Message& message);
  void wait_for_broker_or_wake(const Session& session) const;
  void wake() const;
  void report(const std::string& what) const;

  const ConsumerSettings settings_;
  const Handler handler_;
  const OnError on_error_;
  const int wake_;  // an eventfd

  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::vector<Handled> handled_;  // guarded by mutex_, as are the three below
  int in_flight_ = 0;             // given to workers and not settled
  bool is_stopping_ = false;
  Deadline drain_;
  std::uint64_t connection_ = 0;  // used by the thread only
  std::optional<Workers> workers_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::events
