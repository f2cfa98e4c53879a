#include "tests/support/crafted_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <chrono>
#include <memory>

#include "base/base64url.h"
#include "base/ids.h"
#include "identity/jwks.h"

namespace tenure::test {
namespace {

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

namespace {

/// What the forgeries are made of: everything right, and a stranger's key.
struct Material {
  const identity::SigningKeys& keys;
  json header = good_header(keys);
  json claims;
  Signer sign = signer_of(keys);
  identity::Es256Key stranger = identity::Es256Key::generate();
  Signer by_stranger = [key = stranger](const std::string& message) { return key.sign(message); };

  std::string with_header(const char* name, const json& value, const Signer& signer) const {
    return craft_token(with(header, name, value), claims, signer);
  }
  std::string with_claim(const char* name, const json& value) const {
    return craft_token(header, with(claims, name, value), sign);
  }
  std::string without_claim(const char* name) const { return craft_token(header, without(claims, name), sign); }
};

using Forgeries = std::map<std::string, std::string>;

Forgeries malformed(const Material& from) {
  const auto good = craft_token(from.header, from.claims, from.sign);
  const auto payload_at = good.find('.') + 5;
  auto changed = good;
  changed[payload_at] = changed[payload_at] == 'A' ? 'B' : 'A';
  const auto without_signature = good.substr(0, good.rfind('.'));
  return {
      {"garbage", "garbage"},
      {"two dots and nothing", ".."},
      {"four parts", good + ".x"},
      {"two parts", without_signature},
      {"no signature", without_signature + "."},
      {"not base64", "%%%.%%%.%%%"},
      {"padded", good + "="},
      {"payload changed", changed},
      {"header is not an object", craft_token(json::array(), from.claims, from.sign)},
      {"payload is not an object", craft_token(from.header, json("x"), from.sign)},
      {"header is nested deeply",
       craft_token(json::parse(std::string(900, '[') + std::string(900, ']')), {}, from.sign)},
      {"too long", std::string(100'000, 'a') + ".b.c"},
      {"a little too long", craft_token(from.header, with(from.claims, "x", std::string(3500, 'x')), from.sign)},
  };
}

Forgeries by_algorithm(const Material& from) {
  const auto unsigned_ = [](const std::string&) { return std::string(); };
  const auto zeros = [](const std::string&) { return std::string(64, '\0'); };
  const auto public_pem = public_pem_of(from.keys.newest());
  const auto public_jwk = json::parse(identity::jwks_of(from.keys)).at("keys").at(0).dump();
  const auto by_pem = [&](const std::string& message) { return hmac_sha256(public_pem, message); };
  const auto by_jwk = [&](const std::string& message) { return hmac_sha256(public_jwk, message); };
  const auto by_nothing = [](const std::string& message) { return hmac_sha256("", message); };
  Forgeries tokens = {
      {"alg none, signed", from.with_header("alg", "none", from.sign)},
      {"alg missing", craft_token(without(from.header, "alg"), from.claims, from.sign)},
      {"alg lower case", from.with_header("alg", "es256", from.sign)},
      {"alg is a list", from.with_header("alg", {"ES256"}, from.sign)},
      {"HS256 with the public key as the secret", from.with_header("alg", "HS256", by_pem)},
      {"HS256 with the public JWK as the secret", from.with_header("alg", "HS256", by_jwk)},
      {"HS256 with an empty secret", from.with_header("alg", "HS256", by_nothing)},
      {"ES256 with an HMAC", craft_token(from.header, from.claims, by_pem)},
      {"ES256 with zeros", craft_token(from.header, from.claims, zeros)},
      {"typ empty, unsigned", from.with_header("typ", "", unsigned_)},
      {"crit", from.with_header("crit", {"b64"}, from.sign)},
  };
  for (const char* none : {"none", "None", "NONE", "nOnE", "none ", ""}) {
    tokens[std::string("alg ") + none] = from.with_header("alg", none, unsigned_);
  }
  for (const char* other : {"RS256", "PS256", "ES384", "ES512", "ES256K", "EdDSA"}) {
    tokens[other] = from.with_header("alg", other, from.sign);
  }
  return tokens;
}

Forgeries by_key(const Material& from) {
  const auto id = from.keys.newest().id();
  Forgeries tokens = {
      {"kid unknown", from.with_header("kid", from.stranger.id(), from.by_stranger)},
      {"kid missing", craft_token(without(from.header, "kid"), from.claims, from.sign)},
      {"kid is a number", from.with_header("kid", 1, from.sign)},
      {"kid known, key another's", craft_token(from.header, from.claims, from.by_stranger)},
      {"jwk in the header", from.with_header("jwk", {{"kty", "EC"}}, from.by_stranger)},
      {"jku in the header", from.with_header("jku", "https://keys.example/set", from.by_stranger)},
      {"x5u in the header", from.with_header("x5u", "https://keys.example/pem", from.by_stranger)},
  };
  const std::string tricks[] = {"",        "../../etc/passwd", "/dev/null",    "./" + id,        id + ".pem",
                                id + "\n", id.substr(0, 8),    id + '\0' + id, "x' or '1' = '1", "%2e%2e%2fkey"};
  for (const auto& trick : tricks) tokens["kid is " + trick] = from.with_header("kid", trick, from.sign);
  return tokens;
}

Forgeries by_claims(const Material& from) {
  const auto audience = from.claims.at("aud").get<std::string>();
  const auto late = with(with(from.claims, "iat", now() + 600), "exp", now() + 800);
  return {
      {"wrong audience", from.with_claim("aud", "another")},
      {"audience is longer", from.with_claim("aud", audience + "x")},
      {"audience missing", from.without_claim("aud")},
      {"audience is a list", from.with_claim("aud", {audience})},
      {"wrong issuer", from.with_claim("iss", "someone")},
      {"issuer in upper case", from.with_claim("iss", "TENURE")},
      {"issuer is a list", from.with_claim("iss", {"tenure"})},
      {"issuer missing", from.without_claim("iss")},
      {"expired", from.with_claim("exp", now() - 1)},
      {"exp missing", from.without_claim("exp")},
      {"exp is text", from.with_claim("exp", "tomorrow")},
      {"exp is negative", from.with_claim("exp", -1)},
      {"exp is a fraction", from.with_claim("exp", 1e300)},
      {"exp is enormous", from.with_claim("exp", 18446744073709551615U)},
      {"iat missing", from.without_claim("iat")},
      {"iat in the future", craft_token(from.header, late, from.sign)},
      {"nbf in the future", from.with_claim("nbf", now() + 600)},
      {"lives too long", from.with_claim("exp", now() + 3600)},
      {"sub missing", from.without_claim("sub")},
      {"sub is empty", from.with_claim("sub", "")},
      {"kind unknown", from.with_claim("kind", "root")},
      {"kind missing", from.without_claim("kind")},
  };
}

Forgeries of_users(const Material& from) {
  auto user = from;
  user.claims["kind"] = "user";
  user.claims["sub"] = Uuid::random().str();
  user.claims["sid"] = Uuid::random().str();
  return {
      {"user without a session", user.without_claim("sid")},
      {"user with a session that is no UUID", user.with_claim("sid", "1")},
      {"user with an empty session", user.with_claim("sid", "")},
      {"user with a list of sessions", user.with_claim("sid", json::array({user.claims["sid"]}))},
      {"user who is no UUID", user.with_claim("sub", "orchestrator")},
      {"user without a name", user.without_claim("sub")},
      {"user whose token lives too long", user.with_claim("exp", now() + 3600)},
  };
}

}  // namespace

std::map<std::string, std::string> forgeries_of(const identity::SigningKeys& keys, const json& good_claims) {
  const Material material{.keys = keys, .claims = good_claims};
  Forgeries all;
  for (auto part :
       {malformed(material), by_algorithm(material), by_key(material), by_claims(material), of_users(material)}) {
    all.merge(part);
  }
  return all;
}

std::map<std::string, std::string> forged_tokens(const identity::SigningKeys& keys, const std::string& audience) {
  return forgeries_of(keys, good_claims(audience));
}

}  // namespace tenure::test
