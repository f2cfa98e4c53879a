#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "identity/signing_keys.h"

namespace tenure::test {

using Signer = std::function<std::string(const std::string& message)>;

/// A token of exactly this header and payload.
std::string craft_token(const nlohmann::json& header, const nlohmann::json& claims, const Signer& sign);

/// What a good service token for `audience` holds now.
nlohmann::json good_header(const identity::SigningKeys& keys);
nlohmann::json good_claims(const std::string& audience);
Signer signer_of(const identity::SigningKeys& keys);

/// The attacks there are against tokens, by name, each made of a good token with these claims: none of them may be
/// accepted where that one is.
std::map<std::string, std::string> forgeries_of(const identity::SigningKeys& keys, const nlohmann::json& good_claims);
/// Of a service's token for `audience`.
std::map<std::string, std::string> forged_tokens(const identity::SigningKeys& keys, const std::string& audience);

}  // namespace tenure::test
