#include "schemas/structure/making_order.h"

#include <algorithm>

namespace tenure::schemas {
namespace {

using Needs = MakingOrder::Needs;

/// What of `all` is not made yet.
std::set<std::int64_t> missing(const Needs& all, std::int64_t node, const std::set<std::int64_t>& waiting) {
  std::set<std::int64_t> left;
  const auto found = all.find(node);
  if (found == all.end()) return left;
  for (const auto other : found->second) {
    if (other != node && waiting.contains(other)) left.insert(other);
  }
  return left;
}

/// The next node: one with nothing missing, else one with all its needs met, else simply the first.
std::int64_t next_of(const std::set<std::int64_t>& waiting, const Needs& needs, const Needs& wishes) {
  const auto has_needs = [&](std::int64_t node) { return missing(needs, node, waiting).empty(); };
  const auto has_all = [&](std::int64_t node) { return has_needs(node) && missing(wishes, node, waiting).empty(); };
  if (const auto found = std::find_if(waiting.begin(), waiting.end(), has_all); found != waiting.end()) return *found;
  if (const auto found = std::find_if(waiting.begin(), waiting.end(), has_needs); found != waiting.end()) return *found;
  return *waiting.begin();
}

}  // namespace

MakingOrder order_of_making(const std::vector<std::int64_t>& nodes, const Needs& needs, const Needs& wishes) {
  MakingOrder result;
  std::set<std::int64_t> waiting(nodes.begin(), nodes.end());
  while (!waiting.empty()) {
    const auto node = next_of(waiting, needs, wishes);
    if (auto left = missing(wishes, node, waiting); !left.empty()) result.postponed[node] = std::move(left);
    result.order.push_back(node);
    waiting.erase(node);
  }
  return result;
}

}  // namespace tenure::schemas
