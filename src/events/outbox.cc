#include "events/outbox.h"

#include "events/sql.h"

namespace tenure::events {
namespace {

WallTime time_from(std::int64_t micros) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(micros)));
}

}  // namespace

void install_schema(pg::Connection& control) { control.run_script(sql::kCreateSchema); }

void publish(pg::Transaction& transaction, const Event& event) {
  transaction.exec(sql::kPublishEvent, pg::Params(event.topic, event.payload));
}

int OutboxRelay::deliver_pending(const Call& call) {
  auto session = control_.take(call);
  for (int delivered = 0;; ++delivered) {
    pg::Transaction transaction(*session);
    const auto rows = transaction.exec(sql::kTakeUndelivered);
    if (rows.empty()) return delivered;
    listener_({.number = rows.int64(0, 0),
               .event = {.topic = rows.text(0, 1), .payload = rows.text(0, 2)},
               .published_at = time_from(rows.int64(0, 3))});
    transaction.exec(sql::kMarkDelivered, pg::Params(rows.int64(0, 0)));
    transaction.commit();
  }
}

}  // namespace tenure::events
