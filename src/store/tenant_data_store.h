#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "base/call.h"
#include "base/subject.h"

namespace tenure::store {

/// Rows by table (or files by folder); sorted, so that two of them compare and print alike.
using Counts = std::map<std::string, std::int64_t>;

std::int64_t total_of(const Counts& counts);

/// Rows that are not the subject's but hang under rows that are (spec F3).
struct OutsideRows {
  std::string table;   ///< where these rows are
  std::string key;     ///< the key along which they hang, as the estate file writes it: "orders.customer_id"
  std::string parent;  ///< the table of the subject's rows
  std::int64_t rows = 0;
  std::string rule;  ///< "set_null" or "set_default" when the estate settles it, else empty: an erasure is refused
  bool operator==(const OutsideRows&) const = default;
};

/// What a store holds of a subject, counted exactly at one instant; nothing was changed.
struct Preview {
  Counts data_counts;     ///< rows that an erasure deletes; every table of the plan appears, zeros included
  Counts changed_counts;  ///< rows that an erasure changes and leaves: a user's pseudonyms, keys of others set to null
  Counts kept_counts;     ///< the subject's rows that stay by a rule
  std::map<std::string, std::string> kept_reasons;  ///< table → why, for every kept table and condition
  std::vector<OutsideRows> outside_rows;
  std::string plan_digest = {};  ///< names the plan that an erasure would follow now; empty where a store makes none

  bool operator==(const Preview&) const = default;
};

/// One order to erase.
struct EraseRequest {
  Subject subject;
  /// Names the order: a repeated call with the same key has no effect and returns the first answer. Empty: none.
  std::string idempotency_key;
  /// The job that gives the order, when one does.
  std::optional<JobId> job;
  /// The job's lease epoch, which only ever grows in an estate: a store that has seen a higher one for this subject
  /// refuses the call. Only looked at when there is a job.
  std::int64_t epoch = 0;
  /// With it the rows go into the job's archive before they are gone; there must be a job then. @see can_archive().
  std::optional<archive::WrappedKey> archive_key = std::nullopt;
};

/// However large a tenant is, it has to be back within this.
inline constexpr Milliseconds kLongestRestoration{std::chrono::minutes(55)};

/// An order to bring back what a job has erased.
struct RestoreRequest {
  Subject subject;
  JobId job;
  /// Higher than that of any erasure of the job, which a store refuses from here on.
  std::int64_t epoch = 0;
  archive::WrappedKey archive_key;
};

/// The receipt of a restoration, written in its transaction.
struct Restoration {
  Counts restored_counts;  ///< rows that are back
  Counts reverted_counts;  ///< rows that had been changed, and are as they were
  bool is_replay = false;  ///< true when this is the answer of an earlier call for the same job

  bool operator==(const Restoration&) const = default;
};

/// The receipt of an erasure; it is written in the same transaction as the erasure itself.
struct Erasure {
  Counts deleted_counts;
  Counts changed_counts;
  std::string digest;      ///< of the plan and the counts, lower-case hexadecimal
  bool is_replay = false;  ///< true when this is the answer of an earlier call with the same key

  bool operator==(const Erasure&) const = default;
};

/// What is left of a subject after an erasure, counted at one instant. Kept rows do not count as left.
struct Residue {
  Counts rows_left;  ///< only tables that have any
  Counts orphans;  ///< "table.key" → rows whose parent is gone; only where the database does not hold the key itself
  Counts kept_counts = {};  ///< as in a Preview
  std::map<std::string, std::string> kept_reasons = {};

  bool is_clean() const { return rows_left.empty() && orphans.empty(); }
};

/// Called from the store's thread after each step, with the counts so far.
using ProgressSink = std::function<void(const Counts& deleted_so_far)>;

class AtomicStore;

/// The standard deletion contract (spec A9): what a service must be able to do with a subject's data. Implementations
/// are thread-safe, return before the call's deadline or throw Error(timeout), and leave everything as it was when they
/// throw — except Error(outcome_unknown), after which the caller asks again with the same idempotency key, and an
/// erasure in chunks, of which the chunks that have committed stay: the same call again goes on behind them.
class TenantDataStore {
 public:
  virtual ~TenantDataStore() = default;

  /// Counts what an erasure would do. Changes nothing.
  virtual Preview preview(const Subject& subject, const Call& call) = 0;
  /// Deletes the subject's rows. Erasing again is a success with zero counts.
  virtual Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) = 0;
  /// Counts again, from scratch.
  virtual Residue verify(const Subject& subject, const Call& call) = 0;

  /// Whether erase() honours an archive key and restore() brings the rows back.
  virtual bool can_archive() const { return false; }
  /// Brings back everything that the job's erasures, finished or not, took out here, row for row, parents first;
  /// triggers do not fire and sequences stay where they are. Nothing to bring back is a success with zero counts; so is
  /// a second call, with the first one's counts. @throws Error(conflict) naming the table when a newer row is in the
  /// way; Error(corrupt) when the archive is not as it was written; in both cases nothing came back.
  virtual Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress);

  /// The same store in two phases; null where it cannot.
  virtual AtomicStore* atomic() { return nullptr; }
};

}  // namespace tenure::store
