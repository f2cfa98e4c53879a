#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "identity/external_provider.h"
#include "tests/support/crafted_token.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace tenure::identity {

/// A provider elsewhere with ES256 keys of its own, which a test can make unreachable.
class ExternalProviderTest : public ::testing::Test {
 protected:
  std::string fetch() {
    ++fetches_;
    if (!is_reachable_) throw std::runtime_error("unreachable");
    return published_.empty() ? jwks_of(their_keys_) : published_;
  }

  nlohmann::json header() const { return test::good_header(their_keys_); }
  nlohmann::json claims() const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
    return {{"iss", "https://id.example"}, {"aud", "bakery"}, {"sub", user_.str()}, {"iat", now}, {"exp", now + 3600}};
  }
  nlohmann::json claims_with(const char* name, const nlohmann::json& value) const {
    auto changed = claims();
    changed[name] = value;
    return changed;
  }
  std::string token_of(const nlohmann::json& given) const {
    return test::craft_token(header(), given, test::signer_of(their_keys_));
  }
  std::string token() const { return token_of(claims()); }

  /// The message of the error, or "accepted".
  std::string reason_against(const std::string& token, ErrorCode code = ErrorCode::unauthenticated) {
    try {
      provider_.verify(token);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      return error.what();
    }
    return "accepted";
  }

  test::ManualClock clock_;
  test::TemporaryFolder folder_;
  SigningKeys their_keys_{folder_ / "theirs", clock_};
  UserId user_ = UserId::random();
  std::string published_;  // instead of their keys
  bool is_reachable_ = true;
  int fetches_ = 0;
  ExternalProvider provider_{{.issuer = "https://id.example", .audience = "bakery", .platform_admin_claim = "roles"},
                             [this] { return fetch(); },
                             clock_};
};

}  // namespace tenure::identity
