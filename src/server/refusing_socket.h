#pragma once

#include <fmt/format.h>

#include <array>
#include <asio.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "server/http_server.h"
#include "server/problem.h"

/// RESTinio closes a connection without a word when a request is malformed or over a limit. Its two seams are enough to
/// answer it: the logger hears the parser's verdict, and the socket, which is closed next, says it to the client.
namespace tenure::server {

/// What is answered to a request that never became one.
inline Response answer_to(const RefusedRequest& refused) {
  auto response = http_problem(refused.status, refused.why, refused.request_id);
  response.headers["X-Request-Id"] = refused.request_id;
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["Cache-Control"] = "no-store";
  return response;
}

/// The status of what RESTinio 0.6.16 logs when http_parser stops: "[connection:1] parser error HPE_CB_body: …".
inline std::optional<RefusedRequest> refusal_of(std::string_view logged) {
  const auto has = [&](std::string_view text) { return logged.find(text) != std::string_view::npos; };
  const auto refused = [](int status, std::string_view why) {
    return RefusedRequest{status, why, Uuid::random().str()};
  };
  if (!has("parser error")) return std::nullopt;
  if (has("HPE_CB_headers_complete") || has("HPE_CB_body")) return refused(413, "the body is too large");
  if (has("HPE_CB_url")) return refused(414, "the path and query are too long");
  if (has("HPE_CB_header_field") || has("HPE_CB_header_value") || has("HPE_HEADER_OVERFLOW")) {
    return refused(431, "a header is too long, or there are too many");
  }
  return refused(400, "the request is not HTTP/1.1");
}

/// What the network thread has just heard from the parser. Each server has one network thread.
inline thread_local std::optional<RefusedRequest> pending_refusal;

/// Writes the answer, then reads and forgets for a moment: closing at once would make the kernel send a reset, which
/// can overtake the answer.
class Farewell : public std::enable_shared_from_this<Farewell> {
 public:
  Farewell(asio::ip::tcp::socket socket, const RefusedRequest& refused)
      : socket_(std::move(socket)), timer_(socket_.get_executor()) {
    const auto response = answer_to(refused);
    answer_ = fmt::format("HTTP/1.1 {} Refused\r\nContent-Type: {}\r\nContent-Length: {}\r\n", response.status,
                          response.content_type, response.body.size());
    for (const auto& [name, value] : response.headers) answer_ += fmt::format("{}: {}\r\n", name, value);
    answer_ += "Connection: close\r\n\r\n" + response.body;
  }

  void start() {
    timer_.expires_after(std::chrono::seconds(2));
    timer_.async_wait([self = shared_from_this()](const asio::error_code&) {
      asio::error_code ignored;
      self->socket_.close(ignored);
    });
    asio::async_write(socket_, asio::buffer(answer_),
                      [self = shared_from_this()](const asio::error_code& failed, auto) {
                        asio::error_code ignored;
                        if (!failed) self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                        self->read_on(failed);
                      });
  }

 private:
  void read_on(const asio::error_code& failed) {
    if (failed) {
      timer_.cancel();
      return;
    }
    socket_.async_read_some(asio::buffer(forgotten_),
                            [self = shared_from_this()](const asio::error_code& ended, auto) { self->read_on(ended); });
  }

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  std::string answer_;
  std::array<char, 16384> forgotten_{};
};

/// A TCP socket that, when it is closed because of a refusal, leaves its connection to a Farewell.
class RefusingSocket : public asio::ip::tcp::socket {
 public:
  using asio::ip::tcp::socket::socket;

  void shutdown(shutdown_type what, asio::error_code& failed) {
    if (!pending_refusal) asio::ip::tcp::socket::shutdown(what, failed);
  }

  void close() {
    const auto refused = std::exchange(pending_refusal, std::nullopt);
    if (!refused) {
      asio::ip::tcp::socket::close();
      return;
    }
    std::make_shared<Farewell>(std::move(static_cast<asio::ip::tcp::socket&>(*this)), *refused)->start();
  }
};

}  // namespace tenure::server
