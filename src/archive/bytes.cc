#include "archive/bytes.h"

#include <limits>

#include "base/error.h"

namespace tenure::archive {
namespace {

void put_number(std::string& to, std::uint64_t number, std::size_t size) {
  for (std::size_t byte = 0; byte < size; ++byte) to.push_back(static_cast<char>(number >> (8 * byte) & 0xff));
}

}  // namespace

void put_u8(std::string& to, std::uint8_t number) { put_number(to, number, 1); }
void put_u32(std::string& to, std::uint32_t number) { put_number(to, number, 4); }
void put_u64(std::string& to, std::uint64_t number) { put_number(to, number, 8); }

void put_text(std::string& to, std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorCode::invalid_argument, "a name of 4 GiB");
  }
  put_u32(to, static_cast<std::uint32_t>(text.size()));
  to += text;
}

std::uint8_t ByteReader::u8() { return static_cast<std::uint8_t>(number(1)); }
std::uint32_t ByteReader::u32() { return static_cast<std::uint32_t>(number(4)); }
std::uint64_t ByteReader::u64() { return number(8); }

std::int64_t ByteReader::i64() {
  const auto value = number(8);
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    throw Error(ErrorCode::corrupt, "a number is too large");
  }
  return static_cast<std::int64_t>(value);
}

std::string_view ByteReader::text() { return take(u32()); }

std::string_view ByteReader::take(std::size_t size) {
  if (size > rest_.size()) throw Error(ErrorCode::corrupt, "it is cut short");
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint64_t ByteReader::number(std::size_t size) {
  std::uint64_t value = 0;
  const auto bytes = take(size);
  for (std::size_t byte = 0; byte < size; ++byte) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[byte])) << (8 * byte);
  }
  return value;
}

}  // namespace tenure::archive
