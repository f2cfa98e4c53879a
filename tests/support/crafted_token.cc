#include "tests/support/crafted_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <chrono>
#include <memory>

#include "identity/base64url.h"

namespace tenure::test {
namespace {

using identity::to_base64url;
using nlohmann::json;

std::int64_t now() {
  const auto time = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

std::string public_pem_of(const identity::Es256Key& key) {
  const auto pem = key.to_pem();
  const std::unique_ptr<BIO, int (*)(BIO*)> in(
      BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> pair(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(out.get(), pair.get());
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string hmac_sha256(const std::string& key, const std::string& message) {
  std::string code(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), reinterpret_cast<unsigned char*>(code.data()), &length);
  return code.substr(0, length);
}

json with(json object, const char* name, const json& value) {
  object[name] = value;
  return object;
}

json without(json object, const char* name) {
  object.erase(name);
  return object;
}

}  // namespace

std::string craft_token(const json& header, const json& claims, const Signer& sign) {
  const auto message = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
  return message + "." + to_base64url(sign(message));
}

json good_header(const identity::SigningKeys& keys) {
  return {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", keys.newest().id()}};
}

json good_claims(const std::string& audience) {
  return {{"iss", "tenure"},   {"aud", audience}, {"sub", "orchestrator"},
          {"kind", "service"}, {"iat", now()},    {"exp", now() + 300}};
}

Signer signer_of(const identity::SigningKeys& keys) {
  return [key = keys.newest()](const std::string& message) { return key.sign(message); };
}

std::map<std::string, std::string> forged_tokens(const identity::SigningKeys& keys, const std::string& audience) {
  const auto header = good_header(keys);
  const auto claims = good_claims(audience);
  const auto sign = signer_of(keys);
  const auto stranger = identity::Es256Key::generate();
  const auto strange = [&](const std::string& message) { return stranger.sign(message); };
  const auto unsigned_ = [](const std::string&) { return std::string(); };
  const auto public_pem = public_pem_of(keys.newest());
  const auto by_hmac = [&](const std::string& message) { return hmac_sha256(public_pem, message); };
  const auto good = craft_token(header, claims, sign);
  const auto claim = [&](const char* name, const json& value) {
    return craft_token(header, with(claims, name, value), sign);
  };

  std::map<std::string, std::string> tokens = {
      {"garbage", "garbage"},
      {"two dots and nothing", ".."},
      {"four parts", good + ".x"},
      {"no signature", good.substr(0, good.rfind('.') + 1)},
      {"not base64", "%%%.%%%.%%%"},
      {"padded", good + "="},
      {"header is not an object", craft_token(json::array(), claims, sign)},
      {"payload is not an object", craft_token(header, json("x"), sign)},
      {"too long", std::string(100'000, 'a') + ".b.c"},
      {"alg none", craft_token(with(header, "alg", "none"), claims, unsigned_)},
      {"alg none, signed", craft_token(with(header, "alg", "none"), claims, sign)},
      {"alg NONE", craft_token(with(header, "alg", "NONE"), claims, unsigned_)},
      {"alg missing", craft_token(without(header, "alg"), claims, sign)},
      {"alg empty", craft_token(with(header, "alg", ""), claims, sign)},
      {"alg lower case", craft_token(with(header, "alg", "es256"), claims, sign)},
      {"HS256 with the public key as the secret", craft_token(with(header, "alg", "HS256"), claims, by_hmac)},
      {"ES256 with an HMAC", craft_token(header, claims, by_hmac)},
      {"RS256", craft_token(with(header, "alg", "RS256"), claims, sign)},
      {"typ empty, unsigned", craft_token(with(header, "typ", ""), claims, unsigned_)},
      {"crit", craft_token(with(header, "crit", {"b64"}), claims, sign)},
      {"kid unknown", craft_token(with(header, "kid", stranger.id()), claims, strange)},
      {"kid missing", craft_token(without(header, "kid"), claims, sign)},
      {"kid is a path", craft_token(with(header, "kid", "../../etc/passwd"), claims, sign)},
      {"kid known, key another's", craft_token(header, claims, strange)},
      {"jwk in the header", craft_token(with(header, "jwk", {{"kty", "EC"}}), claims, strange)},
      {"wrong audience", claim("aud", "another")},
      {"audience missing", craft_token(header, without(claims, "aud"), sign)},
      {"audience is a list", claim("aud", {audience})},
      {"wrong issuer", claim("iss", "someone")},
      {"issuer missing", craft_token(header, without(claims, "iss"), sign)},
      {"expired", claim("exp", now() - 1)},
      {"exp missing", craft_token(header, without(claims, "exp"), sign)},
      {"exp is text", claim("exp", "tomorrow")},
      {"exp is negative", claim("exp", -1)},
      {"exp is a fraction", claim("exp", 1e300)},
      {"exp is enormous", claim("exp", 18446744073709551615U)},
      {"iat missing", craft_token(header, without(claims, "iat"), sign)},
      {"iat in the future", craft_token(header, with(with(claims, "iat", now() + 600), "exp", now() + 800), sign)},
      {"nbf in the future", claim("nbf", now() + 600)},
      {"lives too long", claim("exp", now() + 3600)},
      {"sub missing", craft_token(header, without(claims, "sub"), sign)},
      {"kind unknown", claim("kind", "root")},
      {"kind missing", craft_token(header, without(claims, "kind"), sign)},
  };
  auto changed = good;
  changed[good.find('.') + 5] = changed[good.find('.') + 5] == 'A' ? 'B' : 'A';
  tokens["payload changed"] = changed;
  return tokens;
}

}  // namespace tenure::test
