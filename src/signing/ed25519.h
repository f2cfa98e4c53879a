#pragma once

#include <memory>
#include <string>
#include <string_view>

/// Ed25519 of RFC 8032, section 5.1, over a message as it is. A key is an EVP_PKEY of that type. All are thread-safe,
/// one key in several threads included. What is signed as evidence goes through SigningKey, which says what it is.
namespace tenure::signing {

std::shared_ptr<void> generate_ed25519();
bool is_ed25519(const std::shared_ptr<void>& key);

/// Whether it is a point that can be trusted: canonical, and of the large prime order. A key of small order has
/// signatures that are valid for any message.
bool is_sound_ed25519(const std::shared_ptr<void>& key);

/// 64 bytes; the same for the same key and message.
std::string sign_ed25519(const std::shared_ptr<void>& key, std::string_view message);
bool verify_ed25519(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature);

}  // namespace tenure::signing
