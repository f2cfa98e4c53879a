#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "server/web_socket_frame.h"

namespace tenure::test {

/// What a server sent: a text, a ping or pong, or its close frame.
struct SocketFrame {
  server::Opcode opcode;
  std::string payload;

  /// Of a close frame.
  int close_code() const;
};

/// A WebSocket client without manners of its own: it sends exactly the frames that a test wants.
class WebSocketClient {
 public:
  /// Connects and shakes hands. @throws std::runtime_error, with the answer, when the server refuses.
  WebSocketClient(std::uint16_t port, std::string_view path);

  /// A masked frame, as clients send them.
  void send(server::Opcode opcode, std::string_view payload, bool is_final = true);
  void send_json(const nlohmann::json& message) { send(server::Opcode::text, message.dump()); }
  void send_raw(std::string_view bytes);

  /// The next frame; nullopt when the server has hung up. @throws std::runtime_error when nothing comes in 30 s.
  std::optional<SocketFrame> receive();
  /// The next text that is of this type; others are left out. @throws std::runtime_error when the server closes
  /// instead.
  nlohmann::json receive_json(std::string_view type);
  /// Reads on until the server closes; its close code, 0 when it hung up without one.
  int wait_for_close();
  /// Goes away without a word.
  void cut() { socket_ = Fd(); }

 private:
  bool read_more();

  Fd socket_;
  std::string unread_;
};

}  // namespace tenure::test
