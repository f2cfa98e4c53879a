#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

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
};

/// The receipt of an erasure; it is written in the same transaction as the erasure itself.
struct Erasure {
  Counts deleted_counts;
  Counts changed_counts;
  std::string digest;      ///< of the plan and the counts, lower-case hexadecimal
  bool is_replay = false;  ///< true when this is the answer of an earlier call with the same key

  bool operator==(const Erasure&) const = default;
};

/// What is left of a subject after an erasure. Kept rows do not count.
struct Residue {
  Counts rows_left;  ///< only tables that have any
  Counts orphans;  ///< "table.key" → rows whose parent is gone; only where the database does not hold the key itself

  bool is_clean() const { return rows_left.empty() && orphans.empty(); }
};

/// Called from the store's thread after each step, with the counts so far.
using ProgressSink = std::function<void(const Counts& deleted_so_far)>;

/// The standard deletion contract (spec A9): what a service must be able to do with a subject's data. Implementations
/// are thread-safe, return before the call's deadline or throw Error(timeout), and leave everything as it was when they
/// throw — except Error(outcome_unknown), after which the caller asks again with the same idempotency key. An archive,
/// when there is one, takes the rows inside erase(), step by step, before they are gone.
class TenantDataStore {
 public:
  virtual ~TenantDataStore() = default;

  /// Counts what an erasure would do. Changes nothing.
  virtual Preview preview(const Subject& subject, const Call& call) = 0;
  /// Deletes the subject's rows; all of them or none. Erasing again is a success with zero counts.
  virtual Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) = 0;
  /// Counts again, from scratch.
  virtual Residue verify(const Subject& subject, const Call& call) = 0;
};

}  // namespace tenure::store
