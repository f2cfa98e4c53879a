#pragma once

#include <functional>
#include <string>

#include "base/call.h"
#include "base/clock.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::events {

/// Creates tenure.outbox in the control database where it is missing. Safe to repeat and from several processes at
/// once; schema `tenure` must be there.
void install_schema(pg::Connection& control);

/// Something that happened, for whoever listens.
struct Event {
  std::string topic;    ///< "tenant.deleted"
  std::string payload;  ///< a JSON object; ids and counts, never personal data
};

/// Notes the event in the transaction of the change it tells of, so that there is never one without the other.
void publish(pg::Transaction& transaction, const Event& event);

/// An event on its way to a listener.
struct Delivery {
  std::int64_t number = 0;  ///< grows; the same one again is the same event again
  Event event;
  WallTime published_at;
};

/// Hands events to a listener in this process, in their order and at least once: one whose listener threw, or whose
/// process died, is delivered again. Several processes may relay from one outbox; each event goes to one of them.
class OutboxRelay {
 public:
  using Listener = std::function<void(const Delivery&)>;

  OutboxRelay(pg::Pool& control, Listener listener) : control_(control), listener_(std::move(listener)) {}

  /// Delivers what is there. @return how many were. @throws Error(unavailable), and what the listener throws; what was
  /// delivered before that stays delivered.
  int deliver_pending(const Call& call);

 private:
  pg::Pool& control_;
  const Listener listener_;
};

}  // namespace tenure::events
