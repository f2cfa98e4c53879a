#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace tenure::crash {

/// How much is tried: by itself what CI has time for, more when these variables ask for it.
struct Effort {
  unsigned seed = 1;           ///< TENURE_CRASH_SEED: of the nemesis' first run, and of what the matrix samples
  bool is_everything = false;  ///< TENURE_CRASH_ALL: every way to fail, at every failpoint of every course
  bool has_all_pairs = false;  ///< TENURE_CRASH_ALL=pairs: killed at each, then at each; else twice at the same
  std::optional<Milliseconds> nemesis = {};  ///< TENURE_CRASH_MINUTES: for so long in all; absent: a few seconds
  std::string point = {};                    ///< TENURE_CRASH_POINT: the only failpoint to fail at first; empty: all

  static Effort from_environment();
};

}  // namespace tenure::crash
