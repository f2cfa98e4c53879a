#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace tenure::test {

/// Sends bytes to a port of this machine and returns everything that comes back until the other side closes. For
/// requests that no well-behaved client sends.
std::string exchange_raw(std::uint16_t port, std::string_view bytes);

/// "GET {path} HTTP/1.1" with the headers given, each ending in \r\n, and Connection: close.
std::string raw_request(std::string_view method, std::string_view path, std::string_view headers = {},
                        std::string_view body = {});

/// A port of this machine on which nobody listens.
std::uint16_t closed_port();

/// A server that reads one request a connection and then does what the test says with the socket, which is closed
/// afterwards. For answers that no well-behaved server gives.
class RawListener {
 public:
  using Behaviour = std::function<void(int socket)>;

  explicit RawListener(Behaviour after_request);
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  std::string url() const;

  static void send_all(int socket, std::string_view bytes);
  /// Reads until the other side closes: a server that never answers.
  static void hang(int socket);
  /// Answers every request with this status line, such as "200 OK", and body.
  static Behaviour answering(std::string status, std::string body, std::string headers = {});

 private:
  void serve();

  const Behaviour after_request_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace tenure::test
