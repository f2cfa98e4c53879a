#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Numbers and texts as the format has them: numbers little-endian, a text as its length (32 bits) and its bytes.
namespace tenure::archive {

void put_u8(std::string& to, std::uint8_t number);
void put_u32(std::string& to, std::uint32_t number);
void put_u64(std::string& to, std::uint64_t number);
/// @throws Error(invalid_argument) for 4 GiB and more.
void put_text(std::string& to, std::string_view text);

/// Takes apart what the functions above put together. Refers to the bytes it was given. Every member @throws
/// Error(corrupt) when there are not as many left as it needs.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint32_t u32();
  std::uint64_t u64();
  /// A number that means a count or a length: @throws Error(corrupt) when it does not fit.
  std::int64_t i64();
  std::string_view text();
  std::string_view take(std::size_t size);
  bool is_at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::uint64_t number(std::size_t size);

  std::string_view rest_;
};

}  // namespace tenure::archive
