#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "base/call.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/trace_context.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::events {

/// Creates tenure.outbox in the control database where it is missing. Safe to repeat and from several processes at
/// once; schema `tenure` must be there.
void install_schema(pg::Connection& control);

/// Something that happened, for whoever listens; or a request, for one service alone.
struct Event {
  std::string topic;         ///< "tenant.deleted"; what a request asks for
  std::string payload;       ///< a JSON object; ids and counts, never personal data
  std::string recipient{};   ///< the service that a request is for; empty: whoever listens
  Uuid id = Uuid::random();  ///< by which a listener knows a message that it had before
  /// Of a request: whoever asked waits no longer, and then nobody carries it out any more.
  std::optional<Milliseconds> expires_in{};
  std::optional<TraceContext> trace{};  ///< of whoever publishes
};

/// Notes the event in the transaction of the change it tells of, so that there is never one without the other, and
/// wakes the relays when that commits.
void publish(pg::Transaction& transaction, const Event& event);

/// An event on its way to a listener.
struct Delivery {
  std::int64_t number = 0;  ///< grows
  Event event;
  WallTime published_at;
  Deadline expiry{};  ///< by this process's clock, for as much as the database said was left
};

/// Where an outbox leads. One thread at a time.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Returns once the other side has the event for good. @throws Error otherwise, also when that is not known: it is
  /// delivered again then. Error(not_found): nobody takes what is for this recipient; others may go first.
  virtual void deliver(const Delivery& delivery, const Call& call) = 0;
  /// Called about once a second while nothing is delivered. @throws Error.
  virtual void tend() {}
};

/// Events end in this process.
class ListenerTransport final : public Transport {
 public:
  using Listener = std::function<void(const Delivery&)>;

  explicit ListenerTransport(Listener listener) : listener_(std::move(listener)) {}
  void deliver(const Delivery& delivery, const Call& /*call*/) override { listener_(delivery); }

 private:
  const Listener listener_;
};

/// Hands events to a transport, at least once: one that the transport did not take, or whose relay died before it noted
/// that, is delivered again. Several relays may work on one outbox; they take turns event by event, so that those for
/// one recipient, and those for whoever listens, go out in the order in which they were published. What has expired is
/// delivered no more.
class OutboxRelay {
 public:
  OutboxRelay(pg::Pool& control, Transport& transport) : control_(control), transport_(transport) {}

  /// Delivers what is there, but at most so many. @return how many were. @throws what the transport throws,
  /// Error(not_found) only after everything that is for others was delivered; what was delivered before that stays
  /// delivered.
  int deliver_pending(const Call& call, int most = std::numeric_limits<int>::max());

  /// Forgets what was delivered more than 30 days ago, and what expired.
  void forget_delivered(const Call& call);

 private:
  pg::Pool& control_;
  Transport& transport_;
};

}  // namespace tenure::events
