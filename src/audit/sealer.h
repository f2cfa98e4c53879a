#pragma once

#include <vector>

#include "audit/entry.h"
#include "base/call.h"
#include "pg/pool.h"

namespace tenure::audit {

/// Puts what was noted into the chain, each note once: it is in the chain before it is forgotten, and whoever finds it
/// a second time leaves it out. Several processes may seal at once. Thread-safe.
class Sealer {
 public:
  /// `sources` are the databases in which notes are written, `control` among them or not. All of it outlives this.
  Sealer(pg::Pool& control, std::vector<pg::Pool*> sources, const Pseudonyms& pseudonyms)
      : control_(control), sources_(std::move(sources)), pseudonyms_(pseudonyms) {}

  /// Everything that has been noted by now. @return how many entries there are more.
  int seal(const Call& call);

 private:
  int seal_batch(pg::Pool& source, const Call& call, bool& is_last);

  pg::Pool& control_;
  const std::vector<pg::Pool*> sources_;
  const Pseudonyms& pseudonyms_;
};

}  // namespace tenure::audit
