#include "identity/es256.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

#include "base/error.h"

namespace tenure::identity {
namespace {

constexpr int kNumberBytes = 32;  // r and s each

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

Error openssl_failed(std::string_view what) {
  ERR_clear_error();
  return Error(ErrorCode::internal, fmt::format("OpenSSL could not {}", what));
}

EVP_PKEY* as_pkey(const std::shared_ptr<void>& pair) { return static_cast<EVP_PKEY*>(pair.get()); }

std::shared_ptr<void> owned(EVP_PKEY* pair) {
  return {pair, [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }};
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool is_on_p256(EVP_PKEY* pair) {
  std::array<char, 32> name{};
  std::size_t length = 0;
  return EVP_PKEY_get_base_id(pair) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(pair, name.data(), name.size(), &length) == 1 &&
         std::string_view(name.data(), length) == "prime256v1";
}

std::string id_of_public_key(EVP_PKEY* pair) {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(pair, &der);
  if (length <= 0) throw openssl_failed("encode a public key");
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(der, static_cast<std::size_t>(length), hash.data());
  OPENSSL_free(der);
  std::string id;
  for (std::size_t i = 0; i < 16; ++i) id += fmt::format("{:02x}", hash[i]);
  return id;
}

std::string der_to_pair(const std::string& der) {
  const unsigned char* from = bytes_of(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
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
  const Signature signature(ECDSA_SIG_new());
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

}  // namespace

Es256Key::Es256Key(std::shared_ptr<void> pair) : pair_(std::move(pair)), id_(id_of_public_key(as_pkey(pair_))) {}

Es256Key Es256Key::generate() {
  EVP_PKEY* pair = EVP_EC_gen("P-256");
  if (pair == nullptr) throw openssl_failed("make a key pair");
  return Es256Key(owned(pair));
}

Es256Key Es256Key::from_pem(const Secret& pem) {
  const Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  // No password is ever asked for on the terminal: an encrypted key is not one of ours.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  auto pair = owned(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr);
  if (!pair || !is_on_p256(as_pkey(pair))) {
    ERR_clear_error();
    throw Error(ErrorCode::corrupt, "signing key: not a private key on P-256 in PEM");
  }
  return Es256Key(std::move(pair));
}

Secret Es256Key::to_pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), as_pkey(pair_), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw openssl_failed("write a key pair");
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return Secret(std::string(text, static_cast<std::size_t>(length)));
}

std::string Es256Key::sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, as_pkey(pair_)) != 1 ||
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

bool Es256Key::verify(std::string_view message, std::string_view signature) const {
  const std::string der = pair_to_der(signature);
  if (der.empty()) return false;
  const DigestContext context(EVP_MD_CTX_new());
  const bool is_valid =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, as_pkey(pair_)) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return is_valid;
}

}  // namespace tenure::identity
