#include "events/outbox.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/failpoint.h"
#include "events/sql.h"

namespace tenure::events {
namespace {

WallTime time_from(std::int64_t micros) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(micros)));
}

Delivery delivery_of(const pg::Result& row) {
  return {.number = row.int64(0, 0),
          .event = {.topic = row.text(0, 1),
                    .payload = row.text(0, 2),
                    .recipient = row.text(0, 3),
                    .id = Uuid::parse(row.text(0, 4), "message_id"),
                    .trace = TraceContext::parse(row.text(0, 7))},
          .published_at = time_from(row.int64(0, 5)),
          .expiry = row.is_null(0, 6) ? Deadline() : Deadline::after(Milliseconds(row.int64(0, 6)))};
}

}  // namespace

void install_schema(pg::Connection& control) { control.run_script(sql::kCreateSchema); }

void publish(pg::Transaction& transaction, const Event& event) {
  const auto expires_in = event.expires_in ? std::optional<std::int64_t>(event.expires_in->count()) : std::nullopt;
  const auto trace = event.trace ? std::optional(event.trace->traceparent()) : std::nullopt;
  transaction.exec(sql::kPublishEvent,
                   pg::Params(event.topic, event.payload, event.recipient, event.id.str(), expires_in, trace));
}

int OutboxRelay::deliver_pending(const Call& call, int most) {
  auto session = control_.take(call);
  std::vector<std::string> held_up;
  std::optional<Error> nobody;
  for (int delivered = 0;;) {
    if (delivered == most) return delivered;
    pg::Transaction transaction(*session);
    transaction.exec(sql::kLockOutbox);
    const auto rows = transaction.exec(sql::kTakeUndelivered, pg::Params(nlohmann::json(held_up).dump()));
    if (rows.empty()) {
      if (nobody) throw *std::move(nobody);
      return delivered;
    }
    const auto delivery = delivery_of(rows);
    try {
      TENURE_FAILPOINT("outbox.publish.before");
      transport_.deliver(delivery, call);
      TENURE_FAILPOINT("outbox.publish.after");
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) throw;
      held_up.push_back(delivery.event.recipient);
      if (!nobody) nobody = error;
      continue;
    }
    transaction.exec(sql::kMarkDelivered, pg::Params(delivery.number));
    transaction.commit();
    ++delivered;
  }
}

void OutboxRelay::forget_delivered(const Call& call) { control_.take(call)->exec(sql::kForgetDelivered); }

}  // namespace tenure::events
