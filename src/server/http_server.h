#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/http.h"
#include "server/web_socket.h"

namespace tenure::server {

struct ListenAddress {
  std::string host = "127.0.0.1";  ///< an IPv4 or IPv6 address, or "localhost"
  std::uint16_t port = 0;          ///< 0: any free one
};

/// What never reached the handler, and was answered with this status.
struct RefusedRequest {
  int status = 0;
  std::string_view why;
  std::string request_id;  ///< as it was answered
};

/// "127.0.0.1:8080", "[::1]:8080", "localhost:0". @throws Error(invalid_argument) naming what is wrong.
ListenAddress parse_listen_address(std::string_view text);

struct HttpServerSettings {
  ListenAddress listen;
  std::size_t workers = 16;
  std::size_t queue_limit = 128;          ///< requests that wait for a worker; beyond it: 503 with Retry-After
  std::size_t longest_target = 4096;      ///< bytes of path and query; beyond it: 414
  std::size_t longest_header = 8192;      ///< bytes of one header's value; beyond it: 431
  std::size_t most_headers = 64;          ///< beyond it: 431
  std::size_t largest_body = 1U << 20U;   ///< bytes; beyond it: 413
  std::chrono::seconds read_timeout{20};  ///< for a whole request to arrive, or the next one on a kept connection
  std::chrono::seconds write_timeout{30};
  std::chrono::minutes answer_timeout{60};  ///< of a handler; routes have shorter ones of their own
  /// Paths whose handler waits for nothing: they are answered on the network thread, however busy the workers are.
  std::vector<std::string> immediate_paths;
  /// Where a GET that asks for it becomes a WebSocket; any other request to that path goes to the handler.
  std::string socket_path = {};
  WebSocketAcceptor on_socket = {};
  /// Whether another socket is taken from whoever sends this; otherwise 429. Called on the network thread.
  std::function<bool(const Request& request)> may_open_socket = [](const Request&) { return true; };
  std::size_t most_sockets = 500;  ///< beyond it: 503 with Retry-After
  /// Told about requests that were refused before they were one. Called on the network thread.
  std::function<void(const RefusedRequest& refused)> on_refused;
};

/// An HTTP/1.1 server: one network thread, and a pool of workers on which the handler runs. What is not HTTP or too
/// large is answered with a problem+json and the connection is closed. Built on RESTinio, which only the .cc knows.
class HttpServer {
 public:
  /// Starts listening; `handler` must not throw. @throws Error(unavailable) when the address cannot be used.
  HttpServer(HttpServerSettings settings, std::function<Response(Request)> handler);
  /// Stops at once, without grace.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080".
  std::string url() const;

  /// Stops accepting, lets running handlers finish for at most `grace`, then asks them to stop through their request's
  /// stop token and waits for them. Calling it again does nothing.
  void stop(Milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenure::server
