#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/secret.h"
#include "base/turns.h"

namespace tenure::identity {

/// What one Argon2id computation costs (RFC 9106).
struct PasswordCost {
  unsigned long long passes = 2;
  std::size_t memory = 64U << 20U;  ///< bytes
};

/// @throws Error(invalid_argument) "password: …" unless it has 12 to 256 bytes and at least five different ones.
void require_acceptable_password(const Secret& password, std::string_view field = "password");

/// Hashes passwords with Argon2id. At most `at_once` computations run at the same time, so that a wave of log-ins takes
/// neither all memory nor all processors; at most `most_waiting` others wait for them, and so neither takes all threads
/// of a server. Thread-safe.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {}, int at_once = 2, int most_waiting = 6);

  /// The hash with its salt and cost, in the form of the Argon2 reference ("$argon2id$v=19$…").
  /// @throws as Turns::take, and Error(unavailable) when there is no memory for it.
  std::string hash(const Secret& password, const Call& call);
  /// Whether the password is the one of `hash`. Without a hash it takes as long and is false, so that the time tells
  /// nobody whether there is an account. @throws as hash.
  bool matches(const std::optional<std::string>& hash, const Secret& password, const Call& call);
  /// Whether the hash was made at another cost and should be replaced at the next log-in.
  bool is_outdated(const std::string& hash) const;

  /// What every computation waits in. Whoever holds a turn of it keeps others from theirs.
  Turns& turns() { return turns_; }

 private:
  const PasswordCost cost_;
  Turns turns_;
  std::string nobodys_hash_;  ///< of a random password; constant after construction
};

}  // namespace tenure::identity
