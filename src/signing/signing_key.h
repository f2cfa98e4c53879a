#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace tenure::signing {

/// The kinds of evidence that are signed. Each has a name of its own in front of what is signed, so that a signature
/// over one of them is never one over another.
enum class Evidence { deletion_report, deletion_report_pdf, audit_checkpoint };

/// The bytes that a signature is over: "tenure deletion report v1\n" and `bytes`.
std::string signed_bytes(Evidence kind, std::string_view bytes);

/// What evidence is checked with: an Ed25519 key. Immutable and cheap to copy; safe to share between threads.
class PublicKey {
 public:
  /// Reads SubjectPublicKeyInfo in PEM. @throws Error(invalid_argument) beginning with `field` when it is something
  /// else, a private key, a key of another algorithm, or one that any signature could be made to fit.
  static PublicKey from_pem(std::string_view pem, std::string_view field = "public key");

  std::string to_pem() const;
  /// The first 16 bytes of SHA-256 over it (SubjectPublicKeyInfo, DER), in hexadecimal.
  const std::string& id() const { return id_; }
  /// Whether `signature` is over `bytes` as evidence of this kind, by this key.
  bool verify(Evidence kind, std::string_view bytes, std::string_view signature) const;

 private:
  friend class SigningKey;
  explicit PublicKey(std::shared_ptr<void> key);

  std::shared_ptr<void> key_;  ///< an EVP_PKEY; OpenSSL's headers stay in the .cc
  std::string id_;
};

/// The key pair that evidence is signed with. Immutable and cheap to copy; safe to share between threads.
class SigningKey {
 public:
  static SigningKey generate();
  /// Reads an unencrypted PKCS #8 key in PEM. @throws Error(invalid_argument) beginning with `field`, never with the
  /// key in it, when it is something else or a key of another algorithm.
  static SigningKey from_pem(const Secret& pem, std::string_view field = "signing key");

  Secret to_pem() const;
  PublicKey public_key() const { return PublicKey(key_); }
  /// 64 bytes, the same for the same key, kind and bytes.
  std::string sign(Evidence kind, std::string_view bytes) const;

 private:
  explicit SigningKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

  std::shared_ptr<void> key_;
};

}  // namespace tenure::signing
