#pragma once

#include <chrono>
#include <string>

#include "base/call.h"
#include "base/clock.h"
#include "base/email.h"
#include "base/ids.h"
#include "base/secret.h"
#include "identity/password.h"
#include "identity/signing_keys.h"
#include "pg/pool.h"

namespace tenure::identity {

struct LoginSettings {
  std::chrono::seconds access_token{15 * 60};            ///< at most kLongestUserToken
  std::chrono::seconds refresh_token{14 * 24 * 3600};    ///< since its last use
  std::chrono::seconds longest_session{90 * 24 * 3600};  ///< since the password was given
};

/// What a person who logged in holds.
struct TokenPair {
  Secret access_token;
  std::chrono::seconds access_expires_in;
  Secret refresh_token;  ///< good for one use
  std::chrono::seconds refresh_expires_in;
};

/// Registering, logging in and out (spec B6). Nothing here tells a stranger whether an address has an account: answers
/// and the work behind them are the same. Thread-safe.
class Login {
 public:
  Login(pg::Pool& control, PasswordHasher& hasher, const SigningKeys& keys, const Clock& clock,
        LoginSettings settings = {})
      : control_(control), hasher_(hasher), keys_(keys), clock_(clock), settings_(settings) {}

  /// Makes an account unless the address has one; either way it returns alike.
  /// @throws Error(invalid_argument) with every problem of name and password.
  void sign_up(const Email& email, const std::string& full_name, const Secret& password, const Call& call);

  /// Begins a session. @throws Error(unauthenticated) with one message for a wrong address, a wrong password, an
  /// account that is not active and one without a password.
  TokenPair log_in(const Email& email, const Secret& password, const Call& call);

  /// Exchanges a refresh token for a new pair of the same session. One that was used before ends the whole session: it
  /// was stolen by somebody. @throws Error(unauthenticated) unless it is good.
  TokenPair refresh(const Secret& refresh_token, const Call& call);

  /// Ends one session, or all of the user's. Its access tokens are refused from then on. Harmless to repeat.
  void log_out(const UserId& user, const Uuid& session, const Call& call);
  void log_out_everywhere(const UserId& user, const Call& call);

  /// @throws Error(forbidden) "password: …" when it is not the user's.
  void require_password(const UserId& user, const Secret& password, const Call& call);
  /// Ends all other sessions. @throws as require_password and require_acceptable_password.
  void change_password(const UserId& user, const Uuid& session, const Secret& current, const Secret& next,
                       const Call& call);

 private:
  pg::Pool& control_;
  PasswordHasher& hasher_;
  const SigningKeys& keys_;
  const Clock& clock_;
  const LoginSettings settings_;
};

}  // namespace tenure::identity
