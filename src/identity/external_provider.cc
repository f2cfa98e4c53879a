#include "identity/external_provider.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/ids.h"
#include "identity/jwt.h"

namespace tenure::identity {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kBetweenFetches{10};
constexpr std::chrono::minutes kFreshFor{10};
constexpr std::chrono::hours kGoodFor{24};
constexpr std::int64_t kLongestLife = 24L * 3600L;  // seconds
constexpr const char* kPlatformAdmin = "platform-admin";

/// Whether the claim is the text, or an array with it.
bool is_or_contains(const json& claims, const char* name, const std::string& text) {
  const auto claim = claims.find(name);
  if (claim == claims.end()) return false;
  if (claim->is_array()) return std::find(claim->begin(), claim->end(), json(text)) != claim->end();
  return claim->is_string() && claim->get_ref<const std::string&>() == text;
}

bool is_platform_admin(const json& claims, const std::string& name) {
  const auto claim = name.empty() ? claims.end() : claims.find(name);
  if (claim == claims.end()) return false;
  return *claim == json(true) ||
         (claim->is_array() && std::find(claim->begin(), claim->end(), json(kPlatformAdmin)) != claim->end());
}

std::string user_of(const json& claims, const std::string& name) {
  try {
    return UserId::parse(text_claim(claims, name.c_str()).value_or("")).str();
  } catch (const Error&) {
    throw rejected_token("the provider's claim for the user is not a UUID");
  }
}

void require_current_for_a_day(const json& claims, const Clock& clock) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch());
  require_current(claims, now.count());
  const auto life = time_claim(claims, "exp").value() - time_claim(claims, "iat").value();
  if (life > kLongestLife) throw rejected_token("lives longer than allowed");
}

/// The id of the key that the header names. @throws Error(unauthenticated) for a token that no key could verify.
std::string key_id_of(const json& header) {
  const auto algorithm = text_claim(header, "alg");
  if (algorithm != "ES256" && algorithm != "RS256") throw rejected_token("alg is neither ES256 nor RS256");
  const auto id = text_claim(header, "kid");
  if (!id) throw rejected_token("kid is missing");
  return *id;
}

bool is_due(const std::optional<MonotonicTime>& asked_at, MonotonicTime now) {
  return !asked_at || now - *asked_at >= kBetweenFetches;
}

}  // namespace

ExternalProvider::ExternalProvider(ExternalProviderSettings settings, std::function<std::string()> fetch_keys,
                                   const Clock& clock)
    : settings_(std::move(settings)), fetch_keys_(std::move(fetch_keys)), clock_(clock) {}

Principal ExternalProvider::verify(std::string_view token) {
  const auto parts = split_jwt(token);
  const auto key = key_of(key_id_of(parts.header));
  if (text_claim(parts.header, "alg") != key.algorithm_name()) throw rejected_token("alg is not the one of its key");
  if (!key.verify(parts.message, parts.signature)) throw rejected_token("the signature is wrong");

  const auto claims = decode_claims(parts);
  if (text_claim(claims, "iss") != settings_.issuer) throw rejected_token("iss is not the trusted provider");
  if (!is_or_contains(claims, "aud", settings_.audience)) throw rejected_token("aud is another service");
  require_current_for_a_day(claims, clock_);
  return {.kind = Principal::Kind::user,
          .name = user_of(claims, settings_.user_claim),
          .is_platform_admin = is_platform_admin(claims, settings_.platform_admin_claim)};
}

PublicJwk ExternalProvider::key_of(const std::string& id) {
  const auto now = clock_.monotonic();
  {
    const std::lock_guard lock(mutex_);
    if (auto known = find_known(id, now)) {
      if (now - fetched_at_.value() >= kFreshFor) refresh_aside(now);
      return *std::move(known);
    }
  }
  // Nobody waits for another's fetch: anyone may name a key that does not exist, and a provider may be slow.
  const std::unique_lock turn(fetching_, std::try_to_lock);
  if (turn.owns_lock()) refresh_if_due(now);
  const std::lock_guard lock(mutex_);
  if (auto known = find_known(id, now)) return *std::move(known);
  if (!turn.owns_lock()) {
    throw Error(ErrorCode::unavailable, "token: the provider's keys are being fetched", Retry::later);
  }
  if (!has_failed_) throw rejected_token("kid is not a key of the provider");
  throw Error(ErrorCode::unavailable, "token: the provider's keys could not be fetched", Retry::later);
}

// The caller holds mutex_.
std::optional<PublicJwk> ExternalProvider::find_known(const std::string& id, MonotonicTime now) const {
  if (!fetched_at_ || now - *fetched_at_ >= kGoodFor) return std::nullopt;
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return key.id() == id; });
  return found == keys_.end() ? std::nullopt : std::optional(*found);
}

// The caller holds mutex_, so the flag is set before the new thread can clear it, and joining the one before takes no
// time: it clears the flag as its last act.
void ExternalProvider::refresh_aside(MonotonicTime now) {
  if (is_refreshing_ || !is_due(asked_at_, now)) return;
  refresher_ = std::jthread([this, now] {
    {
      const std::lock_guard turn(fetching_);
      refresh_if_due(now);
    }
    const std::lock_guard lock(mutex_);
    is_refreshing_ = false;
  });
  is_refreshing_ = true;
}

// The caller holds fetching_.
void ExternalProvider::refresh_if_due(MonotonicTime now) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_due(asked_at_, now)) return;
    asked_at_ = now;
  }
  try {
    auto keys = parse_jwks(fetch_keys_());
    const std::lock_guard lock(mutex_);
    keys_ = std::move(keys);
    fetched_at_ = now;
    has_failed_ = false;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    has_failed_ = true;
  }
}

}  // namespace tenure::identity
