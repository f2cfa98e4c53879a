#include "store/postgres/pace.h"

#include <algorithm>
#include <chrono>

namespace tenure::store {
namespace {

constexpr std::int64_t kFirstRows = 2000;
constexpr std::int64_t kMoreRows = 1000;
// A chunk that takes longer keeps its locks and its snapshot for too long.
constexpr Milliseconds kLongestChunk{200};
// Measured: with less rest others wait longer for a processor (docs/benchmarks.md).
constexpr int kRestsBesideOthers = 3;
constexpr Milliseconds kFirstBackOff{100};
constexpr Milliseconds kLongestBackOff{5000};

std::int64_t least_rows(const ChunkRules& rules) { return std::min(rules.rows, kLeastChunkRows); }

/// Whether two chunks took about as long, though one had far fewer rows: what they cost is not their rows.
bool is_cost_fixed(const ChunkTaken& one, const ChunkTaken& other) {
  const auto& [less, more] = std::minmax(one, other, [](const auto& a, const auto& b) { return a.rows < b.rows; });
  return less.rows > 0 && more.rows * 2 >= less.rows * 3 && more.duration > kLongestChunk &&
         less.duration * 4 >= more.duration * 3;
}

std::int64_t next_floor(const ChunkRules& rules, const Pace& pace, const ChunkTaken& taken) {
  if (!is_cost_fixed(pace.last, taken)) return pace.floor;
  return std::min(rules.rows, 2 * std::max(pace.last.rows, taken.rows));
}

std::int64_t next_rows(const ChunkRules& rules, const Pace& pace, const ChunkTaken& taken, bool strained) {
  if (strained) return std::clamp(pace.rows / 2, least_rows(rules), rules.rows);
  const auto floor = std::max(least_rows(rules), next_floor(rules, pace, taken));
  const auto wanted = taken.duration > kLongestChunk
                          ? std::min(pace.rows, taken.rows) * kLongestChunk.count() / taken.duration.count()
                          : pace.rows + kMoreRows;
  return std::clamp(wanted, floor, rules.rows);
}

Milliseconds next_back_off(const Pace& pace, bool strained) {
  if (strained) return std::clamp(pace.back_off * 2, kFirstBackOff, kLongestBackOff);
  return pace.back_off > kFirstBackOff ? pace.back_off / 2 : Milliseconds(0);
}

Milliseconds rest_for_rate(const estate::Throttle& limits, const ChunkTaken& taken) {
  if (!limits.rows_per_second) return Milliseconds(0);
  const auto milliseconds = static_cast<double>(taken.rows) * 1000.0 / *limits.rows_per_second;
  return std::max(Milliseconds(0),
                  Milliseconds(static_cast<std::int64_t>(milliseconds)) - taken.duration - taken.rested);
}

}  // namespace

bool is_strained(const estate::Throttle& limits, const ServerLoad& load) {
  return load.lock_wait > limits.lock_wait || load.replication_lag > limits.replication_lag ||
         load.latency > limits.latency;
}

Pace first_pace(const ChunkRules& rules, const ServerLoad& load) {
  return {.rows = std::min(rules.rows, kFirstRows), .is_gentle = load.has_others};
}

std::optional<std::chrono::microseconds> rest_after(std::chrono::microseconds statement) {
  if (statement >= kLongestGentleStatement) return std::nullopt;
  return statement * kRestsBesideOthers;
}

Pace next_pace(const ChunkRules& rules, const Pace& pace, const ChunkTaken& taken, const ServerLoad& load) {
  const bool strained = is_strained(rules.throttle, load);
  Pace next{.rows = next_rows(rules, pace, taken, strained), .back_off = next_back_off(pace, strained)};
  next.floor = next_floor(rules, pace, taken);
  next.last = taken;
  next.is_gentle = load.has_others && next.floor == 0;
  const int rests = load.has_others ? kRestsBesideOthers : 1;
  next.rest = std::max({taken.duration * rests - taken.rested, next.back_off, rest_for_rate(rules.throttle, taken)});
  return next;
}

}  // namespace tenure::store
