#pragma once

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string_view>

#include "base/error.h"

/// OpenSSL's objects with an owner. For .cc files of this module and of those that sign in other ways: their public
/// headers hold keys as shared_ptr<void>.
namespace tenure::signing {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

inline EVP_PKEY* as_pkey(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

/// Takes the key over; null when there is none.
inline std::shared_ptr<void> owned(EVP_PKEY* key) {
  return {key, [](void* object) { EVP_PKEY_free(static_cast<EVP_PKEY*>(object)); }};
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline Error openssl_failed(std::string_view what) {
  ERR_clear_error();
  return Error(ErrorCode::internal, fmt::format("OpenSSL could not {}", what));
}

}  // namespace tenure::signing
