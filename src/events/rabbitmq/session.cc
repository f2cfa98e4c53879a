#include "events/rabbitmq/session.h"

#include <amqp.h>
#include <amqp_framing.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "events/rabbitmq/failure.h"
#include "events/rabbitmq/properties.h"

namespace tenure::events {
namespace {

// How often a wait looks at its stop token; what comes wakes it at once.
constexpr Milliseconds kStopPoll{100};
constexpr amqp_boolean_t kYes = 1;
constexpr amqp_boolean_t kNo = 0;
constexpr std::string_view kLost = "the connection to the broker was lost";

}  // namespace

Session Session::open(const BrokerSettings& settings, const Call& call) {
  return Session(open_connection(settings, call));
}

Session::~Session() {
  if (connection_ && is_usable_) close_politely(std::move(connection_));
}

template <class Work>
auto Session::guarded(Work&& work) {
  try {
    return work();
  } catch (...) {
    is_usable_ = false;
    throw;
  }
}

void Session::declare_exchange(const std::string& name, ExchangeKind kind) {
  guarded([&] {
    amqp_exchange_declare(connection_.get(), kChannel, bytes_of(name),
                          amqp_cstring_bytes(kind == ExchangeKind::topic ? "topic" : "direct"), kNo, kYes, kNo, kNo,
                          amqp_empty_table);
    check_reply(connection_.get(), "exchange " + name);
  });
}

void Session::declare_queue(const QueueSpec& queue) {
  std::vector<amqp_table_entry_t> arguments{text_entry("x-queue-type", "quorum"),
                                            number_entry("x-delivery-limit", queue.delivery_limit)};
  if (!queue.dead_letter_exchange.empty()) {
    arguments.push_back(text_entry("x-dead-letter-exchange", queue.dead_letter_exchange.c_str()));
    arguments.push_back(text_entry("x-dead-letter-routing-key", queue.name.c_str()));
    // Without the latter the former is ignored; an older broker ignores both and dead-letters at most once.
    arguments.push_back(text_entry("x-dead-letter-strategy", "at-least-once"));
    arguments.push_back(text_entry("x-overflow", "reject-publish"));
  }
  guarded([&] {
    amqp_queue_declare(connection_.get(), kChannel, bytes_of(queue.name), kNo, kYes, kNo, kNo, table_of(arguments));
    check_reply(connection_.get(), "queue " + queue.name);
  });
}

void Session::bind(const std::string& queue, const Route& route) {
  guarded([&] {
    amqp_queue_bind(connection_.get(), kChannel, bytes_of(queue), bytes_of(route.exchange), bytes_of(route.key),
                    amqp_empty_table);
    check_reply(connection_.get(), "binding of queue " + queue);
  });
}

std::int64_t Session::count(const std::string& queue) {
  return guarded([&] {
    const auto* answer =
        amqp_queue_declare(connection_.get(), kChannel, bytes_of(queue), kYes, kNo, kNo, kNo, amqp_empty_table);
    check_reply(connection_.get(), "queue " + queue);
    return static_cast<std::int64_t>(answer->message_count);
  });
}

Fate Session::publish(const Route& route, const Message& message, const Call& call) {
  return guarded([&] {
    if (!has_confirms_) {
      amqp_confirm_select(connection_.get(), kChannel);
      check_reply(connection_.get(), "confirmations");
      has_confirms_ = true;
    }
    is_last_returned_ = false;
    PropertyTexts texts(message);
    const auto properties = properties_of(message, texts);
    const int status = amqp_basic_publish(connection_.get(), kChannel, bytes_of(route.exchange), bytes_of(route.key),
                                          kYes, kNo, &properties, bytes_of(message.body));
    if (status != AMQP_STATUS_OK) throw failure_of_status(status, kLost);
    const auto number = ++published_;
    while (settled_ < number) {
      if (!read(call)) {
        throw Error(ErrorCode::outcome_unknown, "the broker did not confirm the message in time", Retry::later);
      }
    }
    if (!is_last_kept_) throw Error(ErrorCode::unavailable, "the broker could not keep the message", Retry::later);
    return is_last_returned_ ? Fate::unroutable : Fate::queued;
  });
}

void Session::consume(const std::string& queue, int ahead) {
  guarded([&] {
    amqp_basic_qos(connection_.get(), kChannel, 0, static_cast<std::uint16_t>(ahead), kNo);
    check_reply(connection_.get(), "queue " + queue);
    amqp_basic_consume(connection_.get(), kChannel, bytes_of(queue), amqp_empty_bytes, kNo, kNo, kNo, amqp_empty_table);
    check_reply(connection_.get(), "queue " + queue);
  });
}

std::optional<Arrival> Session::next(const Call& call) {
  return guarded([&]() -> std::optional<Arrival> {
    while (arrived_.empty()) {
      if (!read(call)) return std::nullopt;
    }
    auto arrival = std::move(arrived_.front());
    arrived_.pop_front();
    return arrival;
  });
}

void Session::acknowledge(const Arrival& arrival) {
  guarded([&] {
    const int status = amqp_basic_ack(connection_.get(), kChannel, arrival.tag, kNo);
    if (status != AMQP_STATUS_OK) throw failure_of_status(status, kLost);
  });
}

void Session::reject(const Arrival& arrival) {
  guarded([&] {
    const int status = amqp_basic_reject(connection_.get(), kChannel, arrival.tag, kNo);
    if (status != AMQP_STATUS_OK) throw failure_of_status(status, kLost);
  });
}

void Session::tend() {
  guarded([&] {
    while (read(Call::within(Milliseconds(0)))) {
    }
  });
}

int Session::socket() const { return amqp_get_sockfd(connection_.get()); }

bool Session::read(const Call& call) {
  for (;;) {
    amqp_maybe_release_buffers(connection_.get());
    const auto slice = time_left({Deadline::after(std::min(call.deadline.left(), kStopPoll)), {}});
    amqp_frame_t frame{};
    const int status = amqp_simple_wait_frame_noblock(connection_.get(), &frame, &slice);
    if (status == AMQP_STATUS_OK) {
      take(frame);
      return true;
    }
    if (status != AMQP_STATUS_TIMEOUT) throw failure_of_status(status, kLost);
    if (call.deadline.has_passed() || call.stop.stop_requested()) return false;
  }
}

// A message is a method frame, a header frame, and as many body frames as it takes.
void Session::take(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return take_method(frame);
    case AMQP_FRAME_HEADER:
      if (!incoming_) return;
      read_properties(*static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded),
                      incoming_->arrival);
      incoming_->bytes_left = frame.payload.properties.body_size;
      break;
    case AMQP_FRAME_BODY:
      if (!incoming_) return;
      incoming_->arrival.message.body += text_of(frame.payload.body_fragment);
      incoming_->bytes_left -= std::min<std::uint64_t>(incoming_->bytes_left, frame.payload.body_fragment.len);
      break;
    default:
      return;
  }
  if (incoming_->bytes_left == 0) complete();
}

void Session::take_method(const amqp_frame_t& frame) {
  const void* decoded = frame.payload.method.decoded;
  switch (frame.payload.method.id) {
    case AMQP_BASIC_ACK_METHOD:
      return settle_published(static_cast<const amqp_basic_ack_t*>(decoded)->delivery_tag, true);
    case AMQP_BASIC_NACK_METHOD:
      return settle_published(static_cast<const amqp_basic_nack_t*>(decoded)->delivery_tag, false);
    case AMQP_BASIC_RETURN_METHOD:
      incoming_ = Incoming{.content = Content::returned};
      return;
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(decoded);
      incoming_ = Incoming{.arrival = {.tag = deliver.delivery_tag, .is_redelivered = deliver.redelivered != 0}};
      return;
    }
    case AMQP_BASIC_CANCEL_METHOD:
      throw Error(ErrorCode::unavailable, "the queue was removed from the broker", Retry::later);
    case AMQP_CHANNEL_CLOSE_METHOD: {
      const auto& close = *static_cast<const amqp_channel_close_t*>(decoded);
      throw failure_of_close(close.reply_code, close.reply_text, kLost);
    }
    case AMQP_CONNECTION_CLOSE_METHOD: {
      const auto& close = *static_cast<const amqp_connection_close_t*>(decoded);
      throw failure_of_close(close.reply_code, close.reply_text, kLost);
    }
    default:
      return;
  }
}

// A message that nobody takes is returned first and then confirmed like any other.
void Session::complete() {
  if (incoming_->content == Content::returned) {
    is_last_returned_ = true;
  } else {
    arrived_.push_back(std::move(incoming_->arrival));
  }
  incoming_.reset();
}

// Messages are published one by one, so whatever the broker speaks of is the last one.
void Session::settle_published(std::uint64_t number, bool is_kept) {
  settled_ = number;
  is_last_kept_ = is_kept;
}

}  // namespace tenure::events
