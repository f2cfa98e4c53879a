#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenure {

/// Takes the first character off a text that is not empty; nullopt when it is not well-formed UTF-8 (RFC 3629, section
/// 4): cut short, spelled longer than needed, a surrogate, or beyond U+10FFFF. The text is then left as it was.
std::optional<std::uint32_t> take_character(std::string_view& text);

bool is_utf8(std::string_view text);

/// The first byte that is_utf8 minds, or npos.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace tenure
