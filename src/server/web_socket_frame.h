#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Frames of the WebSocket protocol (RFC 6455), as a server reads and writes them. No extensions, no input or output.
namespace tenure::server {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Why a connection is closed (RFC 6455, 7.4.1), and from 4000 on reasons of our own.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  not_utf8 = 1007,
  policy = 1008,
  too_large = 1009,
  try_again_later = 1013,
  unauthenticated = 4401,
  forbidden = 4403,
};

/// The client broke the protocol or a limit; the connection is to be closed with this code.
struct SocketFault {
  CloseCode code;
};

/// A whole message, or a control frame between the frames of one.
struct SocketMessage {
  Opcode opcode;  ///< text, close, ping or pong
  std::string payload;
};

/// Puts messages together from bytes as they arrive. Refuses what is longer than its limit before any of it is kept, so
/// that nobody makes a server reserve memory by announcing a long frame.
class FrameReader {
 public:
  explicit FrameReader(std::size_t longest_message) : longest_message_(longest_message) {}

  void feed(std::string_view bytes) { unread_.append(bytes); }
  /// The next whole message of what was fed; nullopt until there is one. @throws SocketFault; then nothing more can be
  /// read.
  std::optional<SocketMessage> next();

 private:
  struct Header;
  std::optional<Header> read_header() const;
  std::optional<SocketMessage> take_data(const Header& header, std::string payload);

  const std::size_t longest_message_;
  std::string unread_;
  std::string fragments_;
  bool is_inside_message_ = false;
};

/// An unmasked frame, as servers send them.
std::string encode_frame(Opcode opcode, std::string_view payload);
/// A close frame; `reason` is cut to what fits.
std::string encode_close(CloseCode code, std::string_view reason);

}  // namespace tenure::server
