#pragma once

#include <memory>
#include <string>
#include <string_view>

/// The two signature algorithms of RFC 7518 that tokens may have here. A key is an EVP_PKEY of the right type. All are
/// thread-safe, one key in several threads included.
namespace tenure::identity {

/// ECDSA on P-256 with SHA-256: the 64 bytes r‖s.
std::string sign_es256(const std::shared_ptr<void>& key, std::string_view message);
bool verify_es256(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature);

/// RSASSA-PKCS1-v1_5 with SHA-256.
bool verify_rs256(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature);

}  // namespace tenure::identity
