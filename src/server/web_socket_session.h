#pragma once

#include <array>
#include <asio.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "server/web_socket.h"

namespace tenure::server {

/// A WebSocket on a connection that was HTTP until now. Everything happens on the thread of the socket's executor;
/// send and close may be called on any.
class WebSocketSession : public WebSocket, public std::enable_shared_from_this<WebSocketSession> {
 public:
  /// `ticket` is given back when the goodbye is written, or at the end.
  WebSocketSession(asio::ip::tcp::socket socket, std::shared_ptr<void> ticket)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), ticket_(std::move(ticket)) {}

  /// Answers the handshake with this Sec-WebSocket-Accept, then reads until the end.
  void start(const std::string& accept_value, WebSocketListener listener);
  void send(SharedFrame frame) override;
  void close(CloseCode code, std::string_view reason) override;
  /// Ends without a word, once the executor runs no more.
  void abandon() { end(); }

 private:
  void read();
  void take(const SocketMessage& message);
  void enqueue(SharedFrame frame);
  void write();
  void close_with(SharedFrame frame);
  void watch();
  void end();

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  std::shared_ptr<void> ticket_;
  WebSocketListener listener_;
  FrameReader reader_{8192};
  std::array<char, 4096> buffer_{};
  std::deque<SharedFrame> unsent_;  // the first one is being written
  std::size_t waiting_bytes_ = 0;   // of all but the first, with what keeping them costs
  bool has_heard_ = true;           // since the last ping
  bool is_closing_ = false;
  bool has_ended_ = false;
};

}  // namespace tenure::server
