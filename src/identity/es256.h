#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace tenure::identity {

/// An ECDSA key pair on P-256 with SHA-256: ES256 of RFC 7518, section 3.4. The only algorithm that signs here, so a
/// token of this estate cannot choose another. Immutable and cheap to copy; safe to share between threads.
///
/// OpenSSL is used directly: cpp-jwt 1.4 aborts on an assertion when an unsigned header says "typ": "", and checks
/// claims before it checks the signature.
class Es256Key {
 public:
  /// The public half as a point on the curve: 32 bytes each, most significant first.
  struct Point {
    std::string x;
    std::string y;
  };

  static Es256Key generate();
  /// Reads a private key in PEM. @throws Error(corrupt) when it is none, or not one on P-256.
  static Es256Key from_pem(const Secret& pem);

  Secret to_pem() const;
  Point public_point() const;
  /// The first 16 bytes of SHA-256 over the public key (SubjectPublicKeyInfo, DER), in hexadecimal.
  const std::string& id() const { return id_; }

  /// The 64 bytes r‖s.
  std::string sign(std::string_view message) const;
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  explicit Es256Key(std::shared_ptr<void> pair);

  std::shared_ptr<void> pair_;  ///< an EVP_PKEY; OpenSSL's headers stay in the .cc
  std::string id_;
};

}  // namespace tenure::identity
