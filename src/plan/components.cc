#include "plan/components.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tenure::plan {
namespace {

using catalog::TableName;
using Component = std::vector<TableName>;

class Tarjan {
 public:
  explicit Tarjan(const std::set<Edge>& edges) {
    for (const auto& [child, parent] : edges) parents_[child].push_back(parent);
  }

  std::vector<Component> run(const std::set<TableName>& tables) {
    for (const auto& table : tables) {
      if (!state_.contains(table)) visit(table);
    }
    return std::move(components_);
  }

 private:
  struct State {
    int index;
    int lowest;
    bool is_on_stack;
  };

  // Depth is bounded by the number of tables in one chain of keys.
  void visit(const TableName& table) {
    state_[table] = {next_, next_, true};
    ++next_;
    stack_.push_back(table);
    for (const auto& parent : parents_[table]) {
      const auto seen = state_.find(parent);
      if (seen == state_.end()) {
        visit(parent);
        state_[table].lowest = std::min(state_[table].lowest, state_[parent].lowest);
      } else if (seen->second.is_on_stack) {
        state_[table].lowest = std::min(state_[table].lowest, seen->second.index);
      }
    }
    if (state_[table].lowest != state_[table].index) return;
    Component component;
    for (bool is_root = false; !is_root;) {
      is_root = stack_.back() == table;
      state_[stack_.back()].is_on_stack = false;
      component.push_back(std::move(stack_.back()));
      stack_.pop_back();
    }
    std::ranges::sort(component);
    components_.push_back(std::move(component));
  }

  std::map<TableName, std::vector<TableName>> parents_;
  std::map<TableName, State> state_;
  std::vector<TableName> stack_;
  std::vector<Component> components_;
  int next_ = 0;
};

}  // namespace

std::vector<Component> order_children_first(const std::set<TableName>& tables, const std::set<Edge>& edges,
                                            const std::function<bool(const TableName&)>& is_late) {
  const auto components = Tarjan(edges).run(tables);
  std::map<TableName, std::size_t> component_of;
  for (std::size_t at = 0; at < components.size(); ++at) {
    for (const auto& table : components[at]) component_of[table] = at;
  }
  std::vector<std::set<std::size_t>> parents(components.size());
  std::vector<std::size_t> children_left(components.size(), 0);
  for (const auto& [child, parent] : edges) {
    const auto from = component_of.at(child);
    const auto to = component_of.at(parent);
    if (from != to && parents[from].insert(to).second) ++children_left[to];
  }
  // Kahn's algorithm over the components; the queue's order decides between those that are free.
  std::set<std::tuple<bool, TableName, std::size_t>> free;
  const auto add = [&](std::size_t at) {
    free.emplace(std::ranges::any_of(components[at], is_late), components[at].front(), at);
  };
  for (std::size_t at = 0; at < components.size(); ++at) {
    if (children_left[at] == 0) add(at);
  }
  std::vector<Component> order;
  while (!free.empty()) {
    const auto at = std::get<std::size_t>(*free.begin());
    free.erase(free.begin());
    order.push_back(components[at]);
    for (const auto parent : parents[at]) {
      if (--children_left[parent] == 0) add(parent);
    }
  }
  return order;
}

}  // namespace tenure::plan
