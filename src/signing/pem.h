#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

/// Keys of any algorithm as text. A key is an EVP_PKEY, as in openssl_handles.h.
namespace tenure::signing {

/// PKCS #8 (RFC 5958). Null when `pem` holds no private key, or an encrypted one: no password is ever asked for.
std::shared_ptr<void> read_private_pem(const Secret& pem);
Secret write_private_pem(const std::shared_ptr<void>& key);

/// SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7). Null when `pem` holds no public key.
std::shared_ptr<void> read_public_pem(std::string_view pem);
/// The public half of `key`.
std::string write_public_pem(const std::shared_ptr<void>& key);

/// What a key is called: the first 16 bytes of SHA-256 over its public half (SubjectPublicKeyInfo, DER), in
/// hexadecimal.
std::string id_of_key(const std::shared_ptr<void>& key);

}  // namespace tenure::signing
