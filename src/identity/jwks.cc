#include "identity/jwks.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base64url.h"
#include "identity/jwt.h"
#include "identity/signature.h"
#include "signing/openssl_handles.h"

namespace tenure::identity {
namespace {

using nlohmann::json;
using signing::as_pkey;
using signing::BigNumber;
using signing::bytes_of;
using signing::Freed;
using signing::KeyContext;
using signing::openssl_failed;
using signing::owned;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

constexpr std::size_t kCoordinateBytes = 32;
constexpr int kShortestRsaKey = 2048;    // bits; RFC 7518, section 3.3
constexpr int kLongestRsaKey = 8192;     // bits; a longer one would make a verification cost milliseconds
constexpr int kLongestRsaExponent = 64;  // bits

/// Null when the numbers are no key.
std::shared_ptr<void> public_key_from(const char* type, const ParamBuilder& numbers) {
  const Params params(OSSL_PARAM_BLD_to_param(numbers.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params && context && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  }
  ERR_clear_error();
  return owned(key);
}

/// A point that is not on the curve gives null.
std::shared_ptr<void> p256_key(const std::string& x, const std::string& y) {
  const std::string point = '\x04' + x + y;  // uncompressed: SEC 1, section 2.3.3
  const ParamBuilder numbers(OSSL_PARAM_BLD_new());
  const bool is_complete =
      numbers && OSSL_PARAM_BLD_push_utf8_string(numbers.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(numbers.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  return is_complete ? public_key_from("EC", numbers) : nullptr;
}

BigNumber number_from(const std::string& bytes) {
  return BigNumber(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<void> rsa_key(const std::string& modulus, const std::string& exponent) {
  const auto n = number_from(modulus);
  const auto e = number_from(exponent);
  if (!n || !e) return nullptr;
  const int bits = BN_num_bits(n.get());
  const bool is_exponent_sound = BN_is_odd(e.get()) == 1 && BN_is_one(e.get()) == 0;
  if (bits < kShortestRsaKey || bits > kLongestRsaKey || BN_num_bits(e.get()) > kLongestRsaExponent ||
      !is_exponent_sound) {
    return nullptr;
  }
  const ParamBuilder numbers(OSSL_PARAM_BLD_new());
  const bool is_complete = numbers && OSSL_PARAM_BLD_push_BN(numbers.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                           OSSL_PARAM_BLD_push_BN(numbers.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
  return is_complete ? public_key_from("RSA", numbers) : nullptr;
}

std::string bytes_member(const json& entry, const char* name) {
  return from_base64url(text_claim(entry, name).value_or("")).value_or("");
}

bool is_absent_or(const json& entry, const char* name, std::string_view value) {
  return !entry.contains(name) || text_claim(entry, name) == value;
}

bool may_verify(const json& entry) {
  const auto operations = entry.find("key_ops");
  const bool is_allowed = operations == entry.end() ||
                          std::find(operations->begin(), operations->end(), json("verify")) != operations->end();
  return is_absent_or(entry, "use", "sig") && is_allowed;
}

json jwk_of(const Es256Key& key) {
  const auto point = key.public_point();
  return {
      {"kty", "EC"},  {"crv", "P-256"}, {"x", to_base64url(point.x)}, {"y", to_base64url(point.y)}, {"kid", key.id()},
      {"use", "sig"}, {"alg", "ES256"}};
}

struct UsableKey {
  PublicJwk::Algorithm algorithm;
  std::shared_ptr<void> key;
};

/// nullopt for a key that cannot verify tokens here.
std::optional<UsableKey> usable_key(const json& entry) {
  const auto type = text_claim(entry, "kty");
  if (type == "EC" && text_claim(entry, "crv") == "P-256" && is_absent_or(entry, "alg", "ES256")) {
    const auto x = bytes_member(entry, "x");
    const auto y = bytes_member(entry, "y");
    if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return std::nullopt;
    return UsableKey{PublicJwk::Algorithm::es256, p256_key(x, y)};
  }
  if (type == "RSA" && is_absent_or(entry, "alg", "RS256")) {
    return UsableKey{PublicJwk::Algorithm::rs256, rsa_key(bytes_member(entry, "n"), bytes_member(entry, "e"))};
  }
  return std::nullopt;
}

}  // namespace

std::string jwks_of(const SigningKeys& keys) {
  const auto all = keys.all();
  json set = json::array();
  std::transform(all.rbegin(), all.rend(), std::back_inserter(set), jwk_of);
  return json{{"keys", std::move(set)}}.dump();
}

std::string_view PublicJwk::algorithm_name() const { return algorithm_ == Algorithm::es256 ? "ES256" : "RS256"; }

bool PublicJwk::verify(std::string_view message, std::string_view signature) const {
  return algorithm_ == Algorithm::es256 ? verify_es256(key_, message, signature)
                                        : verify_rs256(key_, message, signature);
}

std::vector<PublicJwk> parse_jwks(std::string_view text) {
  const auto document = json::parse(text, nullptr, false);
  const auto entries = document.is_object() ? document.find("keys") : document.end();
  if (!document.is_object() || entries == document.end() || !entries->is_array()) {
    throw Error(ErrorCode::corrupt, "key set: not a JSON object with an array of keys");
  }
  std::vector<PublicJwk> keys;
  for (const auto& entry : *entries) {
    if (!entry.is_object() || !may_verify(entry)) continue;
    auto id = text_claim(entry, "kid");
    auto usable = usable_key(entry);
    if (id && !id->empty() && usable && usable->key) {
      keys.push_back(PublicJwk(*std::move(id), usable->algorithm, std::move(usable->key)));
    }
  }
  if (keys.empty()) throw Error(ErrorCode::corrupt, "key set: none of its keys can verify tokens here");
  return keys;
}

}  // namespace tenure::identity
