#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace tenure::jobs {

/// The last job of a page: the next page starts behind it. Survives jobs being added meanwhile.
struct Cursor {
  std::int64_t created_at_micros = 0;  ///< since 1970, as the database has it
  JobId id;

  bool operator==(const Cursor&) const = default;
};

/// Opaque to whoever receives it: base64url (RFC 4648, section 5) without padding.
std::string encode_cursor(const Cursor& cursor);
/// @throws Error(invalid_argument) "cursor: …" for anything that encode_cursor did not write.
Cursor decode_cursor(std::string_view text);

}  // namespace tenure::jobs
