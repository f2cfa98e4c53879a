#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace tenure::schemas {

/// In which order things can be made that need each other. Pure.
struct MakingOrder {
  using Needs = std::map<std::int64_t, std::set<std::int64_t>>;

  std::vector<std::int64_t> order;  ///< every node once
  Needs postponed;                  ///< wishes that could not be met: node → what comes behind it
};

/// `needs` must be met; `wishes`, such as a table's foreign keys, are met as far as that is possible without a cycle.
/// What can come next comes by the smaller number. A cycle of needs, which a database cannot hold, is broken.
MakingOrder order_of_making(const std::vector<std::int64_t>& nodes, const MakingOrder::Needs& needs,
                            const MakingOrder::Needs& wishes);

}  // namespace tenure::schemas
