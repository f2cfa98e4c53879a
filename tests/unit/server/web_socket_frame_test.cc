// E3: what the dashboard is told comes over WebSocket frames (RFC 6455).
#include "server/web_socket_frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace tenure::server {
namespace {

constexpr std::size_t kLimit = 1000;

/// A client's frame with the mask 1, 2, 3, 4.
std::string frame(unsigned first, std::string_view payload) {
  std::string bytes = encode_frame(Opcode::text, payload);
  const auto header = bytes.size() - payload.size();
  bytes[0] = static_cast<char>(first);
  bytes[1] = static_cast<char>(static_cast<unsigned char>(bytes[1]) | 0x80U);
  for (std::size_t at = 0; at < payload.size(); ++at) {
    bytes[header + at] = static_cast<char>(static_cast<unsigned char>(payload[at]) ^ (at % 4 + 1));
  }
  return bytes.insert(header, "\x01\x02\x03\x04");
}

std::vector<std::string> texts_in(FrameReader& reader) {
  std::vector<std::string> texts;
  while (const auto message = reader.next()) texts.push_back(message->payload);
  return texts;
}

void expect_fault(const std::string& bytes, CloseCode code) {
  FrameReader reader(kLimit);
  reader.feed(bytes);
  try {
    reader.next();
    ADD_FAILURE() << "it was taken";
  } catch (const SocketFault& fault) {
    EXPECT_EQ(fault.code, code);
  }
}

TEST(WebSocketFrames, OfEverySizeAreReadAsTheyWereWritten) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 999U, 1000U}) {
    FrameReader reader(kLimit);
    const std::string text(size, 'x');
    reader.feed(frame(0x81, text));
    const auto message = reader.next();
    ASSERT_TRUE(message) << size;
    EXPECT_EQ(message->payload, text);
    EXPECT_FALSE(reader.next());
  }
  EXPECT_EQ(encode_frame(Opcode::text, std::string(70'000, 'x')).size(), 70'010U);
}

TEST(WebSocketFrames, ComeByteByByteAndSeveralAtOnce) {
  const auto bytes = frame(0x81, "one") + frame(0x81, "two");
  FrameReader slow(kLimit);
  std::vector<std::string> texts;
  for (const char byte : bytes) {
    slow.feed({&byte, 1});
    for (auto& text : texts_in(slow)) texts.push_back(std::move(text));
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"one", "two"}));
  FrameReader fast(kLimit);
  fast.feed(bytes);
  EXPECT_EQ(texts_in(fast), texts);
}

TEST(WebSocketFrames, OfOneMessageArePutTogetherAroundControlFrames) {
  FrameReader reader(kLimit);
  reader.feed(frame(0x01, "caf\xC3") + frame(0x89, "ping") + frame(0x80, "\xA9"));
  const auto ping = reader.next();
  ASSERT_TRUE(ping);
  EXPECT_EQ(ping->opcode, Opcode::ping);
  EXPECT_EQ(ping->payload, "ping");
  EXPECT_EQ(texts_in(reader), std::vector<std::string>{"café"});
}

TEST(WebSocketFrames, ThatAreTooLongAreRefusedByTheirHeader) {
  expect_fault(frame(0x81, std::string(1001, 'x')).substr(0, 8), CloseCode::too_large);
  // 2^63 bytes are announced, and none of them needs to come.
  expect_fault(std::string("\x81\xFF\x80\0\0\0\0\0\0\0", 10), CloseCode::too_large);
  // Nor do parts that are short enough add up to more.
  expect_fault(frame(0x01, std::string(600, 'x')) + frame(0x80, std::string(600, 'x')), CloseCode::too_large);
}

TEST(WebSocketFrames, ThatBreakTheProtocolAreRefused) {
  expect_fault(encode_frame(Opcode::text, "unmasked"), CloseCode::protocol_error);
  expect_fault(frame(0xC1, "reserved bit"), CloseCode::protocol_error);
  expect_fault(frame(0x83, "reserved opcode"), CloseCode::protocol_error);
  expect_fault(frame(0x80, "continues nothing"), CloseCode::protocol_error);
  expect_fault(frame(0x01, "one ") + frame(0x81, "inside another"), CloseCode::protocol_error);
  expect_fault(frame(0x09, "a ping in parts"), CloseCode::protocol_error);
  expect_fault(frame(0x89, std::string(126, 'x')), CloseCode::protocol_error);
  expect_fault(frame(0x82, "binary"), CloseCode::unsupported_data);
  expect_fault(frame(0x81, "\xFF"), CloseCode::not_utf8);
}

TEST(WebSocketFrames, CloseWithACodeAndAReasonThatFits) {
  EXPECT_EQ(encode_close(CloseCode::normal, "bye"),
            "\x88\x05\x03\xE8"
            "bye");
  EXPECT_EQ(encode_close(CloseCode::unauthenticated, std::string(200, 'x')).size(), 127U);
}

}  // namespace
}  // namespace tenure::server
