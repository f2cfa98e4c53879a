#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "identity/external_provider.h"
#include "identity/token.h"

namespace tenure::identity {

/// Reads tokens of both kinds of issuer: those of this estate, and those of the provider it trusts, if any. Which one
/// is asked is decided by the key id alone, so neither can speak for the other. Thread-safe.
class TokenVerifier {
 public:
  /// `provider` may be null; `scraper` is the token of who reads metrics, empty when there is none.
  TokenVerifier(const SigningKeys& keys, const Clock& clock, ExternalProvider* provider = nullptr, Secret scraper = {})
      : keys_(keys), clock_(clock), provider_(provider), scraper_(std::move(scraper)) {}

  /// `is_for_users`: whether the route is one that the provider's users may call at all; their tokens have an audience
  /// of their own. @throws Error(unauthenticated) as verify_token.
  Principal verify(std::string_view token, const std::vector<std::string>& audiences, bool is_for_users) const;
  /// Whether it is the token of who reads metrics: one that does not expire, since Prometheus cannot ask for another,
  /// and that is good for nothing else. Takes as long for any two tokens.
  bool is_of_scraper(std::string_view token) const;

 private:
  const SigningKeys& keys_;
  const Clock& clock_;
  ExternalProvider* const provider_;
  const Secret scraper_;
};

}  // namespace tenure::identity
