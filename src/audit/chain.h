#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/entry.h"
#include "base/call.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace tenure::audit {

/// Creates the audit log in the control database where it is missing: tenure.audit_notes, audit_entries and
/// audit_checkpoints. Safe to repeat and from several processes at once.
void install_schema(pg::Connection& control);

/// Where a chain ends.
struct Head {
  std::int64_t sequence = 0;  ///< 0: there is no entry yet
  std::string hash = kGenesis;

  bool operator==(const Head&) const = default;
};

Head find_head(pg::Connection& control);

/// Puts entries behind the last one, as one statement: what comes in has all but sequence and hash. The chain is locked
/// until the transaction ends, so that several writers take turns, and a note that is in the chain already is left out.
/// @return how many were added.
int append(pg::Transaction& transaction, std::vector<Entry> entries);

/// Which entries to list; what is absent means any.
struct EntryFilter {
  std::optional<std::string> tenant = std::nullopt;  ///< its keyed hash
  std::optional<JobId> job = std::nullopt;
  std::optional<WallTime> since = std::nullopt;
  int limit = 100;  ///< 1 to 500
  std::optional<std::string> cursor = std::nullopt;
};

struct EntryPage {
  std::vector<Entry> entries;  ///< the newest first
  std::string next;            ///< cursor of the following page; empty on the last one
};

/// @throws Error(invalid_argument) for a limit out of range or a malformed cursor.
EntryPage list_entries(pg::Pool& control, const EntryFilter& filter, const Call& call);

}  // namespace tenure::audit
