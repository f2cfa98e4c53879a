#include "audit/verification.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/entry_rows.h"
#include "audit/sql.h"
#include "base/error.h"
#include "pg/copy.h"

namespace tenure::audit {
namespace {

/// The signature first: a checkpoint that is not ours says nothing about the chain.
std::optional<Fault> find_forged(const std::vector<Checkpoint>& checkpoints,
                                 const std::vector<signing::PublicKey>& keys) {
  for (const auto& checkpoint : checkpoints) {
    if (std::ranges::any_of(keys, [&](const auto& key) { return is_signed_by(checkpoint, key); })) continue;
    const bool is_known = std::ranges::any_of(keys, [&](const auto& key) { return key.id() == checkpoint.key_id; });
    return Fault{checkpoint.head.sequence,
                 fmt::format("the checkpoint at entry {} {}", checkpoint.head.sequence,
                             is_known ? "has a signature that is not its key's"
                                      : fmt::format("is signed by key {}, which is not given", checkpoint.key_id))};
  }
  return std::nullopt;
}

/// Follows the chain from entry to entry, and from checkpoint to checkpoint.
class Walk {
 public:
  explicit Walk(const std::vector<Checkpoint>& checkpoints) : next_(checkpoints.begin()), end_(checkpoints.end()) {}

  /// False once something is wrong.
  bool take(const Entry& entry) {
    auto& head = result_.head;
    if (entry.sequence != head.sequence + 1) return fail_at_gap(entry.sequence);
    if (hash_of(head.hash, entry) != entry.hash) {
      return fail(
          entry.sequence,
          entry.sequence == 1
              ? "entry 1 is not what was written"
              : fmt::format("entry {} does not follow from entry {}: one of them was changed, inserted or moved",
                            entry.sequence, head.sequence));
    }
    head = {.sequence = entry.sequence, .hash = entry.hash};
    return meet_checkpoints();
  }

  void take_unreadable(const Error& error) {
    const auto sequence = result_.head.sequence + 1;
    fail(sequence, fmt::format("entry {} cannot be read: {}", sequence, error.what()));
  }

  Verification end() {
    if (result_.is_good() && next_ != end_) {
      const auto last = std::prev(end_)->head.sequence;
      fail(result_.head.sequence + 1, fmt::format("the log ends at entry {}, and was signed up to entry {}: entries "
                                                  "were removed at its end",
                                                  result_.head.sequence, last));
    }
    return std::move(result_);
  }

 private:
  bool meet_checkpoints() {
    for (; next_ != end_ && next_->head.sequence == result_.head.sequence; ++next_) {
      if (next_->head.hash != result_.head.hash) {
        return fail(result_.covered + 1,
                    fmt::format("entry {} is not the one that was signed: the log was written anew from an entry "
                                "between {} and {} on",
                                result_.head.sequence, result_.covered + 1, result_.head.sequence));
      }
      result_.covered = result_.head.sequence;
    }
    return true;
  }
  bool fail_at_gap(std::int64_t found) {
    const auto missing = result_.head.sequence + 1;
    return fail(missing, found > missing ? fmt::format("entry {} is missing; entry {} comes next", missing, found)
                                         : fmt::format("entry {} is there twice", found));
  }
  bool fail(std::int64_t sequence, std::string what) {
    result_.fault = Fault{sequence, std::move(what)};
    return false;
  }

  std::vector<Checkpoint>::const_iterator next_;
  const std::vector<Checkpoint>::const_iterator end_;
  Verification result_;
};

}  // namespace

Verification verify(pg::Pool& control, const std::vector<Checkpoint>& elsewhere,
                    const std::vector<signing::PublicKey>& keys, const Call& call) {
  auto session = control.take(call);
  auto checkpoints = kept_checkpoints(*session);
  checkpoints.insert(checkpoints.end(), elsewhere.begin(), elsewhere.end());
  if (auto forged = find_forged(checkpoints, keys)) return {.head = {}, .covered = 0, .fault = std::move(forged)};
  std::ranges::stable_sort(checkpoints, {}, [](const auto& checkpoint) { return checkpoint.head.sequence; });
  Walk walk(checkpoints);
  pg::Transaction transaction(*session, pg::Snapshot::fixed);
  pg::CopyOut rows(*session, sql::kCopyEntries);
  while (const auto row = rows.next()) {
    std::optional<Entry> entry;
    try {
      entry = read_entry(*row);
    } catch (const Error& error) {
      walk.take_unreadable(error);
      break;
    }
    if (!walk.take(*entry)) break;
  }
  return walk.end();
}

}  // namespace tenure::audit
