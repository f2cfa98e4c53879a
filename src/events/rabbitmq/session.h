#pragma once

#include <deque>
#include <optional>
#include <string>

#include "events/rabbitmq/arrival.h"
#include "events/rabbitmq/connection.h"

struct amqp_frame_t_;

namespace tenure::events {

enum class ExchangeKind { topic, direct };

/// A durable quorum queue.
struct QueueSpec {
  std::string name;
  /// A message that came back more often than this is dead. Always given: 4.0 and later have a limit of their own.
  int delivery_limit = 0;
  /// Where dead messages go, by the queue's name, at least once where the broker can (RabbitMQ 3.10). Empty: nowhere.
  std::string dead_letter_exchange{};
};

/// What became of a message that the broker has confirmed.
enum class Fate {
  queued,      ///< every queue that it was routed to has it for good
  unroutable,  ///< no queue took it: it is gone
};

/// One connection with a broker and its one channel. It never reconnects by itself; after an Error other than timeout
/// it is of no use any more, and what it had not settled goes back to its queue. One thread at a time.
class Session {
 public:
  /// @throws as open_connection().
  static Session open(const BrokerSettings& settings, const Call& call);
  Session(Session&&) noexcept = default;
  Session& operator=(Session&&) noexcept = default;
  ~Session();

  // Each of these is harmless to repeat. @throws Error(refused) when it exists and is different, or may not be made.
  void declare_exchange(const std::string& name, ExchangeKind kind);
  void declare_queue(const QueueSpec& queue);
  void bind(const std::string& queue, const Route& route);
  /// How many messages wait in it; those that were sent to somebody do not. @throws Error(not_found).
  std::int64_t count(const std::string& queue);

  /// Returns when the broker has said what became of it. @throws Error(unavailable) when it cannot keep the message,
  /// Error(outcome_unknown) when it did not say so in time.
  Fate publish(const Route& route, const Message& message, const Call& call);

  /// From now on messages of the queue arrive, at most `ahead` of them unsettled.
  void consume(const std::string& queue, int ahead);
  /// The next arrival; nothing when none comes before `call` ends.
  std::optional<Arrival> next(const Call& call);
  void acknowledge(const Arrival& arrival);
  /// To the dead letters.
  void reject(const Arrival& arrival);

  /// Keeps the connection alive and notices its end; does not block.
  void tend();
  /// Readable when something has come, for poll(); next() must have returned nothing before.
  int socket() const;

 private:
  explicit Session(BrokerConnection connection) : connection_(std::move(connection)) {}

  enum class Content { delivery, returned };
  struct Incoming {
    Content content = Content::delivery;
    Arrival arrival;
    std::uint64_t bytes_left = 0;
  };

  template <class Work>
  auto guarded(Work&& work);
  /// False when nothing came in time.
  bool read(const Call& call);
  void take(const amqp_frame_t_& frame);
  void take_method(const amqp_frame_t_& frame);
  void complete();
  void settle_published(std::uint64_t number, bool is_kept);

  BrokerConnection connection_;
  bool is_usable_ = true;
  bool has_confirms_ = false;
  std::uint64_t published_ = 0;  // messages, by which the broker counts its confirmations
  std::uint64_t settled_ = 0;
  bool is_last_kept_ = false;
  bool is_last_returned_ = false;
  std::optional<Incoming> incoming_;
  std::deque<Arrival> arrived_;
};

}  // namespace tenure::events
