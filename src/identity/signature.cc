#include "identity/signature.h"

#include <openssl/rsa.h>

#include "signing/openssl_handles.h"

namespace tenure::identity {
namespace {

using signing::as_pkey;
using signing::bytes_of;
using signing::DigestContext;
using signing::EcdsaSignature;
using signing::openssl_failed;

constexpr int kNumberBytes = 32;  // r and s each

std::string der_to_pair(const std::string& der) {
  const unsigned char* from = bytes_of(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
  if (!signature) throw openssl_failed("read its own signature");
  std::string pair(2 * kNumberBytes, '\0');
  auto* to = reinterpret_cast<unsigned char*>(pair.data());
  const bool has_fitted =
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), to, kNumberBytes) == kNumberBytes &&
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), to + kNumberBytes, kNumberBytes) == kNumberBytes;
  if (!has_fitted) throw openssl_failed("write a signature");
  return pair;
}

/// Empty when the pair is no signature.
std::string pair_to_der(std::string_view pair) {
  if (pair.size() != 2 * kNumberBytes) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(pair), kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(pair) + kNumberBytes, kNumberBytes, nullptr);
  if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return {};
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return text;
}

bool verify_digest(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature,
                   bool is_rsa) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by the context
  const bool is_valid =
      context && EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, as_pkey(key)) == 1 &&
      (!is_rsa || EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1) &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return is_valid;
}

}  // namespace

std::string sign_es256(const std::shared_ptr<void>& key, std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, as_pkey(key)) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes_of(message), message.size()) != 1) {
    throw openssl_failed("start a signature");
  }
  std::string der(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &length, bytes_of(message),
                     message.size()) != 1) {
    throw openssl_failed("sign");
  }
  der.resize(length);
  return der_to_pair(der);
}

bool verify_es256(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature) {
  const std::string der = pair_to_der(signature);
  return !der.empty() && verify_digest(key, message, der, false);
}

bool verify_rs256(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature) {
  return verify_digest(key, message, signature, true);
}

}  // namespace tenure::identity
