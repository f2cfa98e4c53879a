#include "tests/support/rsa_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "base/base64url.h"

namespace tenure::test {
namespace {

void require(bool is_right) {
  if (!is_right) throw std::runtime_error("OpenSSL failed");
}

EVP_PKEY* as_pkey(const std::shared_ptr<void>& pair) { return static_cast<EVP_PKEY*>(pair.get()); }

std::string number_of(EVP_PKEY* pair, const char* name) {
  BIGNUM* number = nullptr;
  require(EVP_PKEY_get_bn_param(pair, name, &number) == 1);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return to_base64url(bytes);
}

}  // namespace

RsaKey::RsaKey(unsigned bits)
    : pair_(EVP_RSA_gen(bits), [](void* pair) { EVP_PKEY_free(static_cast<EVP_PKEY*>(pair)); }) {
  require(pair_ != nullptr);
}

nlohmann::json RsaKey::jwk(const std::string& id) const {
  return {{"kty", "RSA"},
          {"kid", id},
          {"n", number_of(as_pkey(pair_), OSSL_PKEY_PARAM_RSA_N)},
          {"e", number_of(as_pkey(pair_), OSSL_PKEY_PARAM_RSA_E)}};
}

std::string RsaKey::sign(const std::string& message) const { return sign_with(message, RSA_PKCS1_PADDING); }

std::string RsaKey::sign_pss(const std::string& message) const { return sign_with(message, RSA_PKCS1_PSS_PADDING); }

std::string RsaKey::sign_with(const std::string& message, int padding) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(as_pkey(pair_))), '\0');
  std::size_t length = signature.size();
  require(EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, as_pkey(pair_)) == 1);
  require(EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1);
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                         message.size()) == 1);
  signature.resize(length);
  return signature;
}

}  // namespace tenure::test
