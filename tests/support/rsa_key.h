#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace tenure::test {

/// An RSA key pair of an issuer elsewhere.
class RsaKey {
 public:
  explicit RsaKey(unsigned bits = 2048);

  /// Its public half: kty, n, e and kid.
  nlohmann::json jwk(const std::string& id) const;
  /// RSASSA-PKCS1-v1_5 with SHA-256.
  std::string sign(const std::string& message) const;
  /// RSASSA-PSS with SHA-256, which is another algorithm.
  std::string sign_pss(const std::string& message) const;

 private:
  std::string sign_with(const std::string& message, int padding) const;

  std::shared_ptr<void> pair_;  ///< an EVP_PKEY
};

}  // namespace tenure::test
