#include "identity/token_verifier.h"

#include <sodium.h>

#include <array>

#include "identity/jwt.h"

namespace tenure::identity {
namespace {

using Hash = std::array<unsigned char, crypto_generichash_BYTES>;

/// Of one length, whatever the text's.
Hash hash_of(std::string_view text) {
  Hash hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return hash;
}

}  // namespace

Principal TokenVerifier::verify(std::string_view token, const std::vector<std::string>& audiences,
                                bool is_for_users) const {
  if (provider_ != nullptr && is_for_users) {
    const auto key_id = text_claim(split_jwt(token).header, "kid");
    if (key_id && !keys_.find(*key_id)) return provider_->verify(token);
  }
  return verify_token(keys_, clock_, token, audiences);
}

bool TokenVerifier::is_of_scraper(std::string_view token) const {
  if (scraper_.empty()) return false;
  const auto given = hash_of(token);
  const auto expected = hash_of(scraper_.reveal());
  return sodium_memcmp(given.data(), expected.data(), given.size()) == 0;
}

}  // namespace tenure::identity
