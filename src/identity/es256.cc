#include "identity/es256.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

#include "identity/openssl_handles.h"
#include "identity/signature.h"

namespace tenure::identity {
namespace {

constexpr int kCoordinateBytes = 32;

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

std::string coordinate_of(EVP_PKEY* pair, const char* name) {
  BIGNUM* raw = nullptr;
  const int has_read = EVP_PKEY_get_bn_param(pair, name, &raw);
  const BigNumber number(raw);
  std::string bytes(kCoordinateBytes, '\0');
  if (has_read != 1 ||
      BN_bn2binpad(raw, reinterpret_cast<unsigned char*>(bytes.data()), kCoordinateBytes) != kCoordinateBytes) {
    throw openssl_failed("read a public key");
  }
  return bytes;
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

Es256Key::Point Es256Key::public_point() const {
  return {coordinate_of(as_pkey(pair_), OSSL_PKEY_PARAM_EC_PUB_X),
          coordinate_of(as_pkey(pair_), OSSL_PKEY_PARAM_EC_PUB_Y)};
}

std::string Es256Key::sign(std::string_view message) const { return sign_es256(pair_, message); }

bool Es256Key::verify(std::string_view message, std::string_view signature) const {
  return verify_es256(pair_, message, signature);
}

}  // namespace tenure::identity
