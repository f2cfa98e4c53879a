#include "tests/support/raw_http.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace tenure::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int new_socket() {
  const int number = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (number < 0) throw std::runtime_error("socket");
  return number;
}

std::uint16_t bind_any(int socket) {
  auto address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("bind");
  }
  return ntohs(address.sin_port);
}

/// Empty at the end.
std::string receive(int socket) {
  std::array<char, 16384> bytes{};
  const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
  return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
}

}  // namespace

std::string exchange_raw(std::uint16_t port, std::string_view bytes) {
  const int socket = new_socket();
  const auto address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("connect");
  }
  RawListener::send_all(socket, bytes);
  std::string answer;
  for (auto part = receive(socket); !part.empty(); part = receive(socket)) answer += part;
  ::close(socket);
  return answer;
}

std::string raw_request(std::string_view method, std::string_view path, std::string_view headers,
                        std::string_view body) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}{}\r\n{}", method, path, headers,
                     body.empty() ? std::string() : fmt::format("Content-Length: {}\r\n", body.size()), body);
}

std::uint16_t closed_port() {
  const int socket = new_socket();
  const auto port = bind_any(socket);
  ::close(socket);
  return port;
}

RawListener::RawListener(Behaviour after_request)
    : after_request_(std::move(after_request)), listener_(new_socket()), port_(bind_any(listener_)) {
  if (::listen(listener_, 16) != 0) throw std::runtime_error("listen");
  thread_ = std::thread([this] { serve(); });
}

RawListener::~RawListener() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string RawListener::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

void RawListener::send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawListener::hang(int socket) {
  while (!receive(socket).empty()) {
  }
}

RawListener::Behaviour RawListener::answering(std::string status, std::string body, std::string headers) {
  return [=](int socket) {
    send_all(socket, fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                                 body.size(), headers, body));
  };
}

void RawListener::serve() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto part = receive(socket);
      if (part.empty()) break;
      request += part;
    }
    after_request_(socket);
    ::close(socket);
  }
}

}  // namespace tenure::test
