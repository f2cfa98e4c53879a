#include "identity/token_verifier.h"

#include "identity/jwt.h"

namespace tenure::identity {

Principal TokenVerifier::verify(std::string_view token, const std::vector<std::string>& audiences,
                                bool is_for_users) const {
  if (provider_ != nullptr && is_for_users) {
    const auto key_id = text_claim(split_jwt(token).header, "kid");
    if (key_id && !keys_.find(*key_id)) return provider_->verify(token);
  }
  return verify_token(keys_, clock_, token, audiences);
}

}  // namespace tenure::identity
