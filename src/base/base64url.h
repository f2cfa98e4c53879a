#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenure {

/// Base64 with the URL alphabet and without padding (RFC 4648, section 5), as tokens use it.
std::string to_base64url(std::string_view bytes);

/// The bytes, or nothing when `text` is not exactly what to_base64url writes: a token has one spelling only.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace tenure
