#include "base/ids.h"

#include <sodium.h>

#include "base/error.h"

namespace tenure {
namespace {

constexpr bool is_hyphen_position(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Uuid Uuid::parse(std::string_view text, std::string_view field) {
  const auto malformed = [&] {
    return Error(ErrorCode::invalid_argument,
                 std::string(field) + ": not a UUID (expected 8-4-4-4-12 hexadecimal digits)");
  };
  if (text.size() != 36) throw malformed();
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_hyphen_position(at)) {
      if (text[at] != '-') throw malformed();
      continue;
    }
    const int value = hex_value(text[at]);
    if (value < 0) throw malformed();
    auto& byte = uuid.bytes_[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return uuid;
}

Uuid Uuid::random() {
  Uuid uuid;
  randombytes_buf(uuid.bytes_.data(), uuid.bytes_.size());
  uuid.bytes_[6] = static_cast<std::uint8_t>((uuid.bytes_[6] & 0x0f) | 0x40);
  uuid.bytes_[8] = static_cast<std::uint8_t>((uuid.bytes_[8] & 0x3f) | 0x80);
  return uuid;
}

std::string Uuid::str() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (const auto byte : bytes_) {
    if (is_hyphen_position(text.size())) text.push_back('-');
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace tenure
