#include "estate/users_section.h"

#include <fmt/format.h>

#include "estate/url.h"

namespace tenure::estate {
namespace {

constexpr std::size_t kShortestPseudonymKey = 16;
constexpr std::string_view kOwnIssuer = "tenure";

void read_pseudonym_key(Estate& estate, const Value& key) {
  key.reading().has_pseudonym_key = true;
  auto text = key.text();
  if (!text) return;
  if (text->size() < kShortestPseudonymKey) {
    key.problem(fmt::format("must have at least {} characters", kShortestPseudonymKey));
  }
  estate.pseudonym_key = Secret(std::move(*text));
}

IdentityProvider read_identity_provider(const Value& value) {
  const Fields fields(value, {"issuer", "jwks", "audience", "user_claim", "platform_admin_claim"});
  IdentityProvider provider{.line = value.line()};
  set(provider.issuer, fields.require("issuer"), &Value::text);
  if (provider.issuer == kOwnIssuer) fields.find("issuer")->problem("is the issuer of Tenure's own tokens");
  if (const auto* jwks = fields.require("jwks")) {
    set(provider.jwks_url, jwks, &Value::text);
    // Not quoted, as every URL that may hold a password.
    const auto what = provider.jwks_url.empty() ? std::string_view() : problem_of_jwks_url(provider.jwks_url);
    if (!what.empty()) jwks->problem(what);
  }
  set(provider.audience, fields.require("audience"), &Value::text);
  set(provider.user_claim, fields.find("user_claim"), &Value::text);
  set(provider.platform_admin_claim, fields.find("platform_admin_claim"), &Value::text);
  return provider;
}

}  // namespace

void read_users(Estate& estate, const Value& users) {
  const Fields fields(users, {"managed", "pseudonym_key", "identity_provider"});
  set(estate.has_managed_users, fields.find("managed"), &Value::boolean);
  if (const auto* key = fields.find("pseudonym_key")) read_pseudonym_key(estate, *key);
  const auto* provider = fields.find("identity_provider");
  if (provider == nullptr) return;
  estate.identity_provider = read_identity_provider(*provider);
  if (estate.has_managed_users) {
    provider->problem("contradicts managed users: accounts are Tenure's or the provider's, not both");
  }
}

}  // namespace tenure::estate
