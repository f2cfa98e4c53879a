#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "estate/estate.h"

namespace tenure::store {

/// When an erasure goes in chunks, and how fast they may follow each other.
struct ChunkRules {
  std::int64_t rows = 100000;  ///< a table with more of the subject's rows goes in chunks of at most so many
  estate::Throttle throttle;
};

/// How the server does while it is erased from.
struct ServerLoad {
  Milliseconds lock_wait{0};        ///< for so long somebody has waited for a lock of the chunk's
  Milliseconds replication_lag{0};  ///< of the standby that is furthest behind
  Milliseconds latency{0};          ///< of a trivial statement
  bool has_others = false;          ///< clients that are not ours work on it
};

/// Chunks do not get smaller than this on a calm server.
inline constexpr std::int64_t kLeastChunkRows = 200;

/// What the last chunk was.
struct ChunkTaken {
  std::int64_t rows = 0;
  Milliseconds duration{0};  ///< without its rests
  Milliseconds rested{0};    ///< between its statements
  bool operator==(const ChunkTaken&) const = default;
};

/// How the next chunk goes.
struct Pace {
  std::int64_t rows = 0;     ///< so many at most
  Milliseconds back_off{0};  ///< since the server has suffered; halved while it does not
  Milliseconds rest{0};      ///< before it begins
  std::int64_t floor = 0;    ///< chunks of fewer rows have been found to take as long
  bool is_gentle = false;    ///< in small statements, each followed by rest_after() of it
  ChunkTaken last = {};      ///< the one before
  bool operator==(const Pace&) const = default;
};

/// Whether any limit of the throttle is exceeded.
bool is_strained(const estate::Throttle& limits, const ServerLoad& load);

/// Of the first chunk: a small one.
Pace first_pace(const ChunkRules& rules, const ServerLoad& load = {});

/// Of a gentle chunk, before its next statement, when the last one took so long. None when the chunk is to go on in one
/// statement, because one of few rows that takes longer than this costs the same with more, or has waited for somebody
/// who should not wait longer for the chunk.
std::optional<std::chrono::microseconds> rest_after(std::chrono::microseconds statement);
inline constexpr Milliseconds kLongestGentleStatement{10};

/// Of the next. A strained server halves the chunk and doubles the pause, up to limits; else chunks grow by steps, as
/// long as one takes no more than a fraction of a second, up to the estate's `chunk_rows`; they shrink when it takes
/// longer, unless that has been seen not to help, as where each has to scan a whole table. The rest before a chunk is
/// at least as long as the last one took, so that others have the server for half of the time, and long enough for
/// `rows_per_second`. Where others do use it, chunks are gentle: in statements of a millisecond or so with three times
/// as much rest, because whoever wakes up beside a longer one may wait for its processor. A pure function.
Pace next_pace(const ChunkRules& rules, const Pace& pace, const ChunkTaken& taken, const ServerLoad& load);

}  // namespace tenure::store
