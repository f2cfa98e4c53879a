#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace tenure {

/// The last entry of a page of a list ordered by age: the next page starts behind it. Survives entries being added
/// meanwhile.
struct PageCursor {
  std::int64_t created_at_micros = 0;  ///< since 1970, as the database has it
  Uuid id;

  bool operator==(const PageCursor&) const = default;
};

/// Opaque to whoever receives it: base64url (RFC 4648, section 5) without padding.
std::string encode_cursor(const PageCursor& cursor);
/// @throws Error(invalid_argument) "cursor: …" for anything that encode_cursor did not write.
PageCursor decode_cursor(std::string_view text);

}  // namespace tenure
