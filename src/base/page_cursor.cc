#include "base/page_cursor.h"

#include <fmt/format.h>

#include <charconv>

#include "base/base64url.h"
#include "base/error.h"

namespace tenure {
namespace {

constexpr std::size_t kLongestCursor = 128;

}  // namespace

std::string encode_cursor(const PageCursor& cursor) {
  return to_base64url(fmt::format("{}/{}", cursor.created_at_micros, cursor.id.str()));
}

PageCursor decode_cursor(std::string_view text) {
  const Error malformed(ErrorCode::invalid_argument, "cursor: not one that a list returned");
  if (text.empty() || text.size() > kLongestCursor) throw malformed;
  const auto bytes = from_base64url(text);
  const auto slash = bytes ? bytes->find('/') : std::string::npos;
  if (slash == std::string::npos) throw malformed;
  std::int64_t micros = 0;
  const auto [end, error] = std::from_chars(bytes->data(), bytes->data() + slash, micros);
  if (error != std::errc() || end != bytes->data() + slash) throw malformed;
  const PageCursor cursor{micros, Uuid::parse(std::string_view(*bytes).substr(slash + 1), "cursor")};
  // One cursor has one spelling, so stray bits, padding and other cases are refused.
  if (encode_cursor(cursor) != text) throw malformed;
  return cursor;
}

}  // namespace tenure
