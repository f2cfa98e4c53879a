#include "signing/ed25519.h"

#include <sodium.h>

#include <array>

#include "signing/openssl_handles.h"

namespace tenure::signing {
namespace {

constexpr std::size_t kSignatureBytes = 64;

}  // namespace

std::shared_ptr<void> generate_ed25519() {
  auto key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) throw openssl_failed("make a key pair");
  return key;
}

bool is_ed25519(const std::shared_ptr<void>& key) { return EVP_PKEY_get_base_id(as_pkey(key)) == EVP_PKEY_ED25519; }

bool is_sound_ed25519(const std::shared_ptr<void>& key) {
  std::array<unsigned char, crypto_core_ed25519_BYTES> point{};
  std::size_t length = point.size();
  const bool has_read = EVP_PKEY_get_raw_public_key(as_pkey(key), point.data(), &length) == 1;
  ERR_clear_error();
  return has_read && length == point.size() && crypto_core_ed25519_is_valid_point(point.data()) == 1;
}

std::string sign_ed25519(const std::shared_ptr<void>& key, std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t length = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, as_pkey(key)) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(message),
                     message.size()) != 1 ||
      length != kSignatureBytes) {
    throw openssl_failed("sign");
  }
  return signature;
}

bool verify_ed25519(const std::shared_ptr<void>& key, std::string_view message, std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  const bool is_valid =
      context && signature.size() == kSignatureBytes &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, as_pkey(key)) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return is_valid;
}

}  // namespace tenure::signing
