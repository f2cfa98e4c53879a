#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace tenure {

/// HMAC with SHA-256 (RFC 2104), 32 bytes. The key may have any length.
std::string hmac_sha256(const Secret& key, std::string_view text);

}  // namespace tenure
