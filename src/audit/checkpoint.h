#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/chain.h"
#include "base/call.h"
#include "pg/pool.h"
#include "signing/signing_key.h"

namespace tenure::audit {

/// A head of the chain, signed: what the audit log was at that time, for whoever has it to hold against the log later.
struct Checkpoint {
  Head head;
  std::int64_t micros = 0;  ///< when it was made, in microseconds since 1970
  std::string key_id;       ///< of the key that signed it
  std::string signature;    ///< 64 bytes in hexadecimal

  bool operator==(const Checkpoint&) const = default;
};

Checkpoint sign(const Head& head, std::int64_t micros, const signing::SigningKey& key);
/// Whether the key has this id and the signature is its. Evidence::audit_checkpoint is signed over the text that "what"
/// has in to_json_text().
bool is_signed_by(const Checkpoint& checkpoint, const signing::PublicKey& key);

/// One line: {"checkpoint": {"at_micros", "hash", "key_id", "sequence"}, "signature": …}, compact and with its fields
/// in this order.
std::string to_json_text(const Checkpoint& checkpoint);
/// Every checkpoint in a text of such lines; other lines of JSON, such as those of a log, are passed over. @throws
/// Error(invalid_argument) naming the line and the field that is wrong, and when there is none at all.
std::vector<Checkpoint> parse_checkpoints(std::string_view text, std::string_view name);

/// Signs the head as it is now and keeps the checkpoint beside the chain. nullopt when the log is empty.
std::optional<Checkpoint> make_checkpoint(pg::Pool& control, const signing::SigningKey& key, const Clock& clock,
                                          const Call& call);
/// The same, unless the head is signed already or somebody signed one within `interval`.
std::optional<Checkpoint> make_checkpoint_when_due(pg::Pool& control, const signing::SigningKey& key,
                                                   const Clock& clock, std::chrono::seconds interval, const Call& call);
/// The one that goes furthest of those that are kept; nullopt when none is.
std::optional<Checkpoint> last_checkpoint(pg::Pool& control, const Call& call);
/// Those that are kept, in the order of the chain.
std::vector<Checkpoint> kept_checkpoints(pg::Connection& control);

}  // namespace tenure::audit
