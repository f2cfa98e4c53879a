#pragma once

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "catalog/catalog.h"

namespace tenure::plan {

/// (child, parent): the child's rows have to go no later than the parent's.
using Edge = std::pair<catalog::TableName, catalog::TableName>;

/// The strongly connected components of the key graph (Tarjan 1972), children before parents. Between components that
/// may come in any order, those without an `is_late` table come first, then by name: the order is the same every time.
std::vector<std::vector<catalog::TableName>> order_children_first(
    const std::set<catalog::TableName>& tables, const std::set<Edge>& edges,
    const std::function<bool(const catalog::TableName&)>& is_late);

}  // namespace tenure::plan
