#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "identity/signing_keys.h"

/// JSON Web Keys (RFC 7517): the estate's own are published, another issuer's are read.
namespace tenure::identity {

/// {"keys": [{"kty","crv","x","y","kid","use","alg"}…]}: the public halves of all keys, the newest first.
std::string jwks_of(const SigningKeys& keys);

/// One public key of another issuer. Its type says the one algorithm it may be used with: ES256 for P-256, RS256 for
/// RSA of 2048 to 8192 bits. Immutable and cheap to copy.
class PublicJwk {
 public:
  enum class Algorithm { es256, rs256 };

  const std::string& id() const { return id_; }
  Algorithm algorithm() const { return algorithm_; }
  /// "ES256" or "RS256": what a token's alg must say.
  std::string_view algorithm_name() const;
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  friend std::vector<PublicJwk> parse_jwks(std::string_view text);
  PublicJwk(std::string id, Algorithm algorithm, std::shared_ptr<void> key)
      : id_(std::move(id)), algorithm_(algorithm), key_(std::move(key)) {}

  std::string id_;
  Algorithm algorithm_;
  std::shared_ptr<void> key_;  ///< an EVP_PKEY; OpenSSL's headers stay in the .cc
};

/// The keys of a set that can verify tokens here; entries of other types, without a kid or for encryption are left out,
/// as RFC 7517 section 5 asks. @throws Error(corrupt) when the text is no key set or none of its keys is usable.
std::vector<PublicJwk> parse_jwks(std::string_view text);

}  // namespace tenure::identity
