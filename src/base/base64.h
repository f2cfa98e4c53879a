#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenure {

/// Base64 with padding (RFC 4648, section 4), as e-mails and webhooks use it.
std::string to_base64(std::string_view bytes);

/// The bytes; nothing when `text` is not what to_base64 writes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tenure
