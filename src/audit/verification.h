#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"

namespace tenure::audit {

/// The first thing that is wrong.
struct Fault {
  std::int64_t sequence = 0;  ///< the first entry that is not what it was, or is missing; the first that can be it
  std::string what;
};

/// What came of holding the audit log against its own chain and against checkpoints.
struct Verification {
  Head head;                 ///< how far it was read
  std::int64_t covered = 0;  ///< the last entry that a checkpoint vouches for
  std::optional<Fault> fault = std::nullopt;

  bool is_good() const { return !fault; }
};

/// Reads the whole chain once, entry by entry, and holds it against the checkpoints that are kept beside it and
/// `elsewhere`, each of which must be signed by one of `keys`. Finds every change, insertion, removal and reordering of
/// entries up to the last checkpoint; behind it, all but one that leaves a chain that is good in itself: that entries
/// at the end are gone, or were written anew. @throws as the connection.
Verification verify(pg::Pool& control, const std::vector<Checkpoint>& elsewhere,
                    const std::vector<signing::PublicKey>& keys, const Call& call);

}  // namespace tenure::audit
