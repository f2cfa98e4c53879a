#include "schemas/backup/rows_digest.h"

#include <fmt/format.h>

#include <charconv>

#include "base/digest.h"

namespace tenure::schemas {
namespace {

constexpr std::size_t kHalf = 16;  // hexadecimal digits of 64 bits

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

void RowsDigest::add(std::string_view row) {
  const auto hash = Digest().add(row).hex();
  high_ += number_of(std::string_view(hash).substr(0, kHalf));
  low_ += number_of(std::string_view(hash).substr(kHalf, kHalf));
  ++rows_;
}

void RowsDigest::add(const RowsDigest& others) {
  rows_ += others.rows_;
  high_ += others.high_;
  low_ += others.low_;
}

std::string RowsDigest::text() const { return fmt::format("{}:{:016x}{:016x}", rows_, high_, low_); }

}  // namespace tenure::schemas
