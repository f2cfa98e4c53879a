#include "events/rabbitmq/failure.h"

#include <fmt/format.h>

#include <string>

namespace tenure::events {
namespace {

// AMQP 0-9-1, section 1.3: reply codes.
constexpr int kAccessRefused = 403;
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 406;
constexpr int kNotAllowed = 530;

}  // namespace

Error failure_of_status(int status, std::string_view doing) {
  switch (status) {
    case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
      return Error(ErrorCode::unavailable,
                   fmt::format("{}: the broker's certificate is not from an authority that is trusted here", doing),
                   Retry::later);
    case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
      return Error(ErrorCode::unavailable, fmt::format("{}: the broker's certificate is for another host", doing),
                   Retry::later);
    case AMQP_STATUS_SSL_CONNECTION_FAILED:
      return Error(ErrorCode::unavailable,
                   fmt::format("{}: no TLS with the broker: its certificate is not from an authority that is trusted "
                               "here, or it does not speak TLS at this port",
                               doing),
                   Retry::later);
    case AMQP_STATUS_TIMEOUT:
      return Error(ErrorCode::unavailable, fmt::format("{}: the broker did not answer in time", doing), Retry::later);
    default:
      return Error(ErrorCode::unavailable, fmt::format("{}: {}", doing, amqp_error_string2(status)), Retry::later);
  }
}

Error failure_of_close(int code, amqp_bytes_t text, std::string_view doing) {
  // The broker's own words name users, virtual hosts and queues; never a password.
  const std::string_view words(static_cast<const char*>(text.bytes), text.bytes == nullptr ? 0 : text.len);
  const auto message = fmt::format("{}: the broker says: {}", doing, words);
  switch (code) {
    case kNotFound:
      return Error(ErrorCode::not_found, message);
    case kAccessRefused:
    case kPreconditionFailed:
    case kNotAllowed:
      return Error(ErrorCode::refused, message);
    default:
      return Error(ErrorCode::unavailable, message, Retry::later);
  }
}

void check_reply(const amqp_rpc_reply_t& reply, std::string_view doing) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return;
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_channel_close_t*>(reply.reply.decoded);
        throw failure_of_close(close->reply_code, close->reply_text, doing);
      }
      if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
        throw failure_of_close(close->reply_code, close->reply_text, doing);
      }
      throw Error(ErrorCode::unavailable, fmt::format("{}: the broker answered something unexpected", doing),
                  Retry::later);
    default:
      throw failure_of_status(reply.library_error, doing);
  }
}

void check_reply(amqp_connection_state_t connection, std::string_view doing) {
  check_reply(amqp_get_rpc_reply(connection), doing);
}

}  // namespace tenure::events
