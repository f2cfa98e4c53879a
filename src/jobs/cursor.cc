#include "jobs/cursor.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/error.h"

namespace tenure::jobs {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kLongestCursor = 128;

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text.push_back(kAlphabet[bits >> (count - 6) & 63]);
  }
  if (count > 0) text.push_back(kAlphabet[bits << (6 - count) & 63]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 255));
    }
  }
  return bytes;
}

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  return to_base64url(fmt::format("{}/{}", cursor.created_at_micros, cursor.id.str()));
}

Cursor decode_cursor(std::string_view text) {
  const Error malformed(ErrorCode::invalid_argument, "cursor: not one that a list of jobs returned");
  if (text.empty() || text.size() > kLongestCursor) throw malformed;
  const auto bytes = from_base64url(text);
  const auto slash = bytes ? bytes->find('/') : std::string::npos;
  if (slash == std::string::npos) throw malformed;
  std::int64_t micros = 0;
  const auto [end, error] = std::from_chars(bytes->data(), bytes->data() + slash, micros);
  if (error != std::errc() || end != bytes->data() + slash) throw malformed;
  const Cursor cursor{micros, JobId::parse(std::string_view(*bytes).substr(slash + 1), "cursor")};
  // One cursor has one spelling, so stray bits, padding and other cases are refused.
  if (encode_cursor(cursor) != text) throw malformed;
  return cursor;
}

}  // namespace tenure::jobs
