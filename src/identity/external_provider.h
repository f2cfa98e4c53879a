#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "identity/jwks.h"
#include "identity/principal.h"

namespace tenure::identity {

struct ExternalProviderSettings {
  std::string issuer;              ///< what iss must be, exactly
  std::string audience;            ///< what aud must be or contain
  std::string user_claim = "sub";  ///< holds the user's UUID
  /// A claim that is true, or an array with "platform-admin" in it; empty: none.
  std::string platform_admin_claim = {};
};

/// Trusts the users of an OpenID provider by its published keys instead of those of this estate (spec B6). Keys are
/// fetched when first needed, again when a token names an unknown one (at most every ten seconds) and every ten
/// minutes; while the provider cannot be reached those known for less than a day stay good. Thread-safe; a fetch holds
/// up one caller at most: others are verified by what is known, or refused until it has ended.
class ExternalProvider {
 public:
  /// `fetch_keys` returns the text of the key set. @throws whatever it likes: the token is then refused.
  ExternalProvider(ExternalProviderSettings settings, std::function<std::string()> fetch_keys, const Clock& clock);

  /// The user, who has no session here. @throws Error(unauthenticated) when the token is not one of this provider's for
  /// this audience or not valid now; Error(unavailable, Retry::later) when its key is unknown and could not be
  /// fetched, or somebody else is fetching it.
  Principal verify(std::string_view token);

 private:
  PublicJwk key_of(const std::string& id);
  std::optional<PublicJwk> find_known(const std::string& id, MonotonicTime now) const;
  void refresh_aside(MonotonicTime now);
  void refresh_if_due(MonotonicTime now);

  const ExternalProviderSettings settings_;
  const std::function<std::string()> fetch_keys_;
  const Clock& clock_;
  std::mutex fetching_;  // held by the one thread that fetches
  std::mutex mutex_;
  std::vector<PublicJwk> keys_;  // guarded by mutex_, as are those below
  std::optional<MonotonicTime> fetched_at_;
  std::optional<MonotonicTime> asked_at_;
  bool has_failed_ = false;     // the last fetch
  bool is_refreshing_ = false;  // in refresher_
  std::jthread refresher_;      // last, so that it has ended before what it uses goes
};

}  // namespace tenure::identity
