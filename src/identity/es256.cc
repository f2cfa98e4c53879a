#include "identity/es256.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include <array>
#include <utility>

#include "identity/signature.h"
#include "signing/openssl_handles.h"
#include "signing/pem.h"

namespace tenure::identity {
namespace {

using signing::as_pkey;
using signing::BigNumber;
using signing::openssl_failed;
using signing::owned;

constexpr int kCoordinateBytes = 32;

bool is_on_p256(EVP_PKEY* pair) {
  std::array<char, 32> name{};
  std::size_t length = 0;
  return EVP_PKEY_get_base_id(pair) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(pair, name.data(), name.size(), &length) == 1 &&
         std::string_view(name.data(), length) == "prime256v1";
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

Es256Key::Es256Key(std::shared_ptr<void> pair) : pair_(std::move(pair)), id_(signing::id_of_key(pair_)) {}

Es256Key Es256Key::generate() {
  EVP_PKEY* pair = EVP_EC_gen("P-256");
  if (pair == nullptr) throw openssl_failed("make a key pair");
  return Es256Key(owned(pair));
}

Es256Key Es256Key::from_pem(const Secret& pem) {
  auto pair = signing::read_private_pem(pem);
  if (!pair || !is_on_p256(as_pkey(pair))) {
    ERR_clear_error();
    throw Error(ErrorCode::corrupt, "signing key: not a private key on P-256 in PEM");
  }
  return Es256Key(std::move(pair));
}

Secret Es256Key::to_pem() const { return signing::write_private_pem(pair_); }

Es256Key::Point Es256Key::public_point() const {
  return {coordinate_of(as_pkey(pair_), OSSL_PKEY_PARAM_EC_PUB_X),
          coordinate_of(as_pkey(pair_), OSSL_PKEY_PARAM_EC_PUB_Y)};
}

std::string Es256Key::sign(std::string_view message) const { return sign_es256(pair_, message); }

bool Es256Key::verify(std::string_view message, std::string_view signature) const {
  return verify_es256(pair_, message, signature);
}

}  // namespace tenure::identity
