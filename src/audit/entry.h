#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/action.h"
#include "base/actor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/secret.h"

namespace tenure::audit {

/// What the first entry follows.
inline constexpr const char* kGenesis = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry of the audit log. Whom it is about stands here as keyed hashes: whoever has the key can ask for a tenant's
/// entries, and nobody can read from them whose they are.
struct Entry {
  std::int64_t sequence = 0;  ///< from 1, without a gap
  std::int64_t micros = 0;    ///< when, in microseconds since 1970
  Action action = Action::deletion_pending;
  ActorKind actor_kind = ActorKind::system;
  std::optional<Uuid> actor = std::nullopt;          ///< a user's id, or what Pseudonyms makes of a name
  std::optional<std::string> tenant = std::nullopt;  ///< 64 hexadecimal digits
  std::optional<std::string> person = std::nullopt;  ///< likewise
  std::optional<Uuid> job = std::nullopt;
  Uuid note;         ///< names the note that it was made of
  std::string hash;  ///< 64 hexadecimal digits, which hash_of() gives
};

/// What chains an entry to the one before: BLAKE2b-256 over "tenure audit entry v1", the hash before and the entry's
/// fields in their order, each as text with its length in front (base/digest.h); what is absent is an empty text.
std::string hash_of(const std::string& previous, const Entry& entry);

/// What stands in the audit log for ids and names, by a key that is in no database. The same each time.
class Pseudonyms {
 public:
  explicit Pseudonyms(Secret key) : key_(std::move(key)) {}

  std::string of(const TenantId& tenant) const;
  std::string of(const UserId& user) const;
  /// A user's own id; of a service's or a worker's name a UUID (version 8).
  std::optional<Uuid> of(const Actor& actor) const;

 private:
  const Secret key_;
};

}  // namespace tenure::audit
