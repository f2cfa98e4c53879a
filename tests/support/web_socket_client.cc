#include "tests/support/web_socket_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>

#include "tests/support/raw_http.h"

namespace tenure::test {
namespace {

// RFC 6455's own example, which is as good as a random one.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::array<unsigned char, 4> kMask = {0x37, 0xFA, 0x21, 0x3D};

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) number = number << 8U | byte_at(bytes, at);
  return number;
}

}  // namespace

int SocketFrame::close_code() const {
  return opcode == server::Opcode::close && payload.size() >= 2
             ? static_cast<int>(number_in(std::string_view(payload).substr(0, 2)))
             : 0;
}

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view path)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect");
  }
  send_raw(
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                  "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n\r\n",
                  path, kKey));
  auto end = std::string::npos;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) throw std::runtime_error("hung up: " + unread_);
  }
  const auto answer = unread_.substr(0, end);
  unread_.erase(0, end + 4);
  // The value for that key is in RFC 6455 as well.
  if (!answer.starts_with("HTTP/1.1 101 ") || answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == std::string::npos) {
    throw std::runtime_error(answer + unread_);
  }
}

void WebSocketClient::send(server::Opcode opcode, std::string_view payload, bool is_final) {
  auto frame = server::encode_frame(opcode, payload);
  if (!is_final) frame[0] = static_cast<char>(byte_at(frame, 0) & 0x7FU);
  frame[1] = static_cast<char>(byte_at(frame, 1) | 0x80U);
  const auto header = frame.size() - payload.size();
  for (std::size_t at = 0; at < payload.size(); ++at) {
    frame[header + at] = static_cast<char>(byte_at(payload, at) ^ kMask[at % kMask.size()]);
  }
  frame.insert(header, reinterpret_cast<const char*>(kMask.data()), kMask.size());
  send_raw(frame);
}

void WebSocketClient::send_raw(std::string_view bytes) { RawListener::send_all(socket_.get(), bytes); }

bool WebSocketClient::read_more() {
  std::array<char, 16384> bytes{};
  const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("nothing came: " + unread_);
  if (count <= 0) return false;
  unread_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<SocketFrame> WebSocketClient::receive() {
  for (;;) {
    const auto size_bits = unread_.size() < 2 ? 0U : byte_at(unread_, 1);
    const std::size_t extra = size_bits == 127 ? 8 : size_bits == 126 ? 2 : 0;
    if (unread_.size() >= 2 + extra) {
      const auto size = extra == 0 ? size_bits : number_in(std::string_view(unread_).substr(2, extra));
      if (unread_.size() >= 2 + extra + size) {
        SocketFrame frame{static_cast<server::Opcode>(byte_at(unread_, 0) & 0x0FU), unread_.substr(2 + extra, size)};
        unread_.erase(0, 2 + extra + size);
        return frame;
      }
    }
    if (!read_more()) return std::nullopt;
  }
}

nlohmann::json WebSocketClient::receive_json(std::string_view type) {
  for (;;) {
    const auto frame = receive();
    if (!frame || frame->opcode == server::Opcode::close) {
      throw std::runtime_error(fmt::format("closed with {}", frame ? frame->close_code() : 0));
    }
    if (frame->opcode != server::Opcode::text) continue;
    auto message = nlohmann::json::parse(frame->payload);
    if (message.at("type") == type) return message;
  }
}

int WebSocketClient::wait_for_close() {
  for (;;) {
    const auto frame = receive();
    if (!frame) return 0;
    if (frame->opcode == server::Opcode::close) return frame->close_code();
  }
}

}  // namespace tenure::test
