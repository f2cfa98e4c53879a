#include "server/web_socket_frame.h"

#include <array>
#include <utility>

#include "base/utf8.h"

namespace tenure::server {
namespace {

constexpr std::size_t kLongestControlPayload = 125;
constexpr std::size_t kMaskSize = 4;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

bool is_control(Opcode opcode) { return (static_cast<std::uint8_t>(opcode) & 0x8U) != 0; }

Opcode opcode_of(std::uint8_t bits) {
  switch (bits) {
    case 0:
    case 1:
    case 8:
    case 9:
    case 10:
      return static_cast<Opcode>(bits);
    case 2:
      throw SocketFault{CloseCode::unsupported_data};
    default:
      throw SocketFault{CloseCode::protocol_error};
  }
}

/// "Number" in network byte order.
std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) number = (number << 8U) | byte_at(bytes, i);
  return number;
}

void append_number(std::string& to, std::uint64_t number, unsigned size) {
  for (unsigned at = size; at > 0; --at) to.push_back(static_cast<char>((number >> (8 * (at - 1))) & 0xFFU));
}

}  // namespace

struct FrameReader::Header {
  Opcode opcode;
  bool is_final;
  std::uint64_t payload_size;
  std::size_t size;
  std::array<std::uint8_t, kMaskSize> mask;
};

std::optional<FrameReader::Header> FrameReader::read_header() const {
  if (unread_.size() < 2) return std::nullopt;
  const auto first = byte_at(unread_, 0);
  const auto second = byte_at(unread_, 1);
  if ((first & 0x70U) != 0 || (second & 0x80U) == 0) throw SocketFault{CloseCode::protocol_error};
  Header header{.opcode = opcode_of(first & 0x0FU), .is_final = (first & 0x80U) != 0, .mask = {}};
  const auto short_size = second & 0x7FU;
  const std::size_t extra = short_size == 127 ? 8 : short_size == 126 ? 2 : 0;
  header.size = 2 + extra + kMaskSize;
  if (is_control(header.opcode) && (!header.is_final || extra != 0)) throw SocketFault{CloseCode::protocol_error};
  if (unread_.size() < 2 + extra) return std::nullopt;
  header.payload_size = extra == 0 ? short_size : read_number(std::string_view(unread_).substr(2, extra));
  if (header.payload_size > longest_message_ && !is_control(header.opcode)) throw SocketFault{CloseCode::too_large};
  if (unread_.size() < header.size) return std::nullopt;
  for (std::size_t i = 0; i < kMaskSize; ++i) header.mask[i] = byte_at(unread_, 2 + extra + i);
  return header;
}

std::optional<SocketMessage> FrameReader::next() {
  for (;;) {
    const auto header = read_header();
    if (!header || unread_.size() < header->size + header->payload_size) return std::nullopt;
    auto payload = unread_.substr(header->size, header->payload_size);
    for (std::size_t i = 0; i < payload.size(); ++i) {
      payload[i] = static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ header->mask[i % kMaskSize]);
    }
    unread_.erase(0, header->size + header->payload_size);
    if (is_control(header->opcode)) return SocketMessage{header->opcode, std::move(payload)};
    if (auto message = take_data(*header, std::move(payload))) return message;
  }
}

std::optional<SocketMessage> FrameReader::take_data(const Header& header, std::string payload) {
  if ((header.opcode == Opcode::continuation) != is_inside_message_) throw SocketFault{CloseCode::protocol_error};
  if (fragments_.size() + payload.size() > longest_message_) throw SocketFault{CloseCode::too_large};
  fragments_ += payload;
  is_inside_message_ = !header.is_final;
  if (is_inside_message_) return std::nullopt;
  if (!is_utf8(fragments_)) throw SocketFault{CloseCode::not_utf8};
  return SocketMessage{Opcode::text, std::exchange(fragments_, {})};
}

std::string encode_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + 10);
  frame.push_back(static_cast<char>(0x80U | static_cast<std::uint8_t>(opcode)));
  if (payload.size() <= kLongestControlPayload) {
    frame.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    frame.push_back(126);
    append_number(frame, payload.size(), 2);
  } else {
    frame.push_back(127);
    append_number(frame, payload.size(), 8);
  }
  frame += payload;
  return frame;
}

std::string encode_close(CloseCode code, std::string_view reason) {
  std::string payload;
  append_number(payload, static_cast<std::uint16_t>(code), 2);
  payload += reason.substr(0, kLongestControlPayload - payload.size());
  return encode_frame(Opcode::close, payload);
}

}  // namespace tenure::server
