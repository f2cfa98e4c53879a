#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <string>

#include "base/error.h"
#include "identity/accounts.h"
#include "identity/login.h"
#include "identity/token.h"
#include "tests/support/database.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

namespace tenure::identity {

using test::error_of;

/// A control database with its schema, and a hasher that costs little.
class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    auto session = db_.connect();
    install_schema(session);
  }

  static Email email(const std::string& name) { return Email::parse(name + "@bakery.example"); }

  Account person(const std::string& name, bool is_platform_admin = false) {
    const auto hash = hasher_.hash(password_, call_);
    return accounts_
        .add({.email = email(name), .full_name = name, .password_hash = hash, .is_platform_admin = is_platform_admin},
             call_)
        .value();
  }
  Principal principal_of(const TokenPair& pair) const {
    return verify_token(keys_, clock_, pair.access_token.reveal(), {"tenure"});
  }
  Uuid session_of(const TokenPair& pair) const { return principal_of(pair).session.value(); }
  /// Whether the pair's access token is still worth something.
  bool is_good(const TokenPair& pair) {
    const auto principal = principal_of(pair);
    return accounts_.find_standing(principal.user(), principal.session.value(), call_).has_value();
  }

  test::TestDatabase db_;
  test::TemporaryFolder folder_;
  SystemClock clock_;
  pg::Pool pool_{db_.settings(), 8};
  SigningKeys keys_{folder_ / "keys", clock_};
  PasswordHasher hasher_{{.passes = 1, .memory = crypto_pwhash_MEMLIMIT_MIN}, 4};
  Accounts accounts_{pool_};
  Login login_{pool_, hasher_, keys_, clock_};
  const Secret password_{"correct horse battery"};
  const Call call_ = Call::within(Milliseconds(60000));
};

}  // namespace tenure::identity
