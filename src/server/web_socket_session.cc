// As in http_server.cc: GCC's thread sanitizer does not know fences.
#ifdef __SANITIZE_THREAD__
#define ASIO_DISABLE_FENCED_BLOCK
#endif

#include "server/web_socket_session.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace tenure::server {
namespace {

constexpr std::chrono::seconds kBetweenPings{20};
constexpr std::chrono::seconds kForGoodbye{5};
// What a client may be behind, beside the frame that is being written, which may be as large as it has to be.
constexpr std::size_t kMostWaitingBytes = 8U << 20U;
// A frame that waits costs about as much beside its bytes, so that many small ones are not cheap.
constexpr std::size_t kFrameCost = 128;

std::size_t cost_of(const SharedFrame& frame) { return frame->size() + kFrameCost; }

SharedFrame shared(std::string frame) { return std::make_shared<const std::string>(std::move(frame)); }

}  // namespace

void WebSocketSession::start(const std::string& accept_value, WebSocketListener listener) {
  listener_ = std::move(listener);
  enqueue(
      shared(fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: {}\r\n\r\n",
                         accept_value)));
  watch();
  read();
}

void WebSocketSession::send(SharedFrame frame) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), frame = std::move(frame)]() mutable {
    if (!self->is_closing_) self->enqueue(std::move(frame));
  });
}

void WebSocketSession::close(CloseCode code, std::string_view reason) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), frame = shared(encode_close(code, reason))]() mutable {
    self->close_with(std::move(frame));
  });
}

void WebSocketSession::read() {
  socket_.async_read_some(asio::buffer(buffer_),
                          [self = shared_from_this()](const asio::error_code& failed, auto size) {
                            if (failed || self->has_ended_) {
                              self->end();
                              return;
                            }
                            self->has_heard_ = true;
                            self->reader_.feed({self->buffer_.data(), size});
                            try {
                              while (const auto message = self->reader_.next()) self->take(*message);
                            } catch (const SocketFault& fault) {
                              self->close_with(shared(encode_close(fault.code, "")));
                              return;
                            }
                            if (!self->has_ended_) self->read();
                          });
}

void WebSocketSession::take(const SocketMessage& message) {
  if (is_closing_ && message.opcode != Opcode::close) return;
  switch (message.opcode) {
    case Opcode::text:
      if (listener_.on_text) listener_.on_text(message.payload);
      break;
    case Opcode::ping:
      enqueue(shared(encode_frame(Opcode::pong, message.payload)));
      break;
    case Opcode::close:
      // The answer to ours, or the client's own, which is answered with the same.
      if (is_closing_) {
        end();
      } else {
        close_with(shared(encode_frame(Opcode::close, message.payload.substr(0, 2))));
      }
      break;
    default:
      break;
  }
}

void WebSocketSession::enqueue(SharedFrame frame) {
  if (has_ended_) return;
  unsent_.push_back(std::move(frame));
  if (unsent_.size() == 1) {
    write();
    return;
  }
  waiting_bytes_ += cost_of(unsent_.back());
  // There is no point in a goodbye behind all that.
  if (waiting_bytes_ > kMostWaitingBytes) end();
}

void WebSocketSession::write() {
  asio::async_write(socket_, asio::buffer(*unsent_.front()),
                    [self = shared_from_this(), frame = unsent_.front()](const asio::error_code& failed, auto) {
                      if (failed || self->has_ended_) {
                        self->end();
                        return;
                      }
                      self->unsent_.pop_front();
                      if (!self->unsent_.empty()) {
                        self->waiting_bytes_ -= cost_of(self->unsent_.front());
                        self->write();
                      } else if (self->is_closing_) {
                        asio::error_code ignored;
                        self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                        self->ticket_.reset();
                      }
                    });
}

void WebSocketSession::close_with(SharedFrame frame) {
  if (is_closing_ || has_ended_) return;
  enqueue(std::move(frame));
  is_closing_ = true;
  timer_.expires_after(kForGoodbye);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
    if (!cancelled) self->end();
  });
}

/// Pings, and notices who has gone without a word.
void WebSocketSession::watch() {
  timer_.expires_after(kBetweenPings);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
    if (cancelled || self->is_closing_ || self->has_ended_) return;
    if (!std::exchange(self->has_heard_, false)) {
      self->end();
      return;
    }
    self->enqueue(shared(encode_frame(Opcode::ping, "")));
    self->watch();
  });
}

void WebSocketSession::end() {
  if (std::exchange(has_ended_, true)) return;
  asio::error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
  ticket_.reset();
  const auto listener = std::exchange(listener_, {});
  if (listener.on_end) listener.on_end();
}

}  // namespace tenure::server
