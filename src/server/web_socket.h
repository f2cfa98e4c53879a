#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "server/http.h"
#include "server/web_socket_frame.h"

namespace tenure::server {

/// A frame that is ready to be sent, shared by all the connections that it goes to.
using SharedFrame = std::shared_ptr<const std::string>;

/// The server's end of one WebSocket connection. Thread-safe; nothing here blocks or throws.
class WebSocket {
 public:
  WebSocket() = default;
  virtual ~WebSocket() = default;
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Sends an encoded frame, in the order of the calls. A client that does not keep up with what is sent to it is cut
  /// off with CloseCode::try_again_later.
  virtual void send(SharedFrame frame) = 0;
  /// Says goodbye and closes. Calling it again does nothing.
  virtual void close(CloseCode code, std::string_view reason) = 0;
};

/// What the other side does; both are called on the network thread and must not block.
struct WebSocketListener {
  std::function<void(std::string text)> on_text;
  /// Once, at the end, whoever brought it about.
  std::function<void()> on_end;
};

/// Takes a new connection. The listener is told nothing before this has returned.
using WebSocketAcceptor = std::function<WebSocketListener(std::shared_ptr<WebSocket> socket, Request request)>;

/// Sec-WebSocket-Accept for a client's Sec-WebSocket-Key.
std::string accept_value_of(std::string_view key);

/// What is wrong with a request to open a WebSocket; nullptr when nothing is.
const char* fault_of_handshake(const Request& request);
/// Whether the request asks for a WebSocket, well or not.
bool wants_web_socket(const Request& request);

}  // namespace tenure::server
