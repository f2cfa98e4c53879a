#include "plan/irreversible.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tenure::plan {
namespace {

using catalog::Trigger;

/// A table whose rows are changed and stay.
struct Changed {
  TableName table;
  std::string label;
  bool has_key = false;
};

std::vector<Changed> changed_tables(const ErasurePlan& plan) {
  std::vector<Changed> changed;
  for (const auto& step : plan.steps) {
    if (const auto* detach = std::get_if<DetachStep>(&step)) {
      const auto& guard = plan.guards.at(detach->guard);
      changed.push_back({guard.child, guard.child_label, !guard.child_primary_key.empty()});
    } else if (const auto* change = std::get_if<ChangeStep>(&step)) {
      changed.push_back({change->table, change->label, !change->primary_key.empty()});
    }
  }
  return changed;
}

bool may_fire(const Scope& scope, const catalog::Table& table, const Trigger& trigger) {
  return std::ranges::any_of(scope.rules.triggers, [&](const estate::TriggerRule& rule) {
    return !rule.skip && rule.trigger == trigger.name && scope.resolver.table(rule.table) == &table;
  });
}

bool fires(const Scope& scope, const Trigger& trigger) {
  if (trigger.firing == Trigger::Firing::disabled) return false;
  const auto silent = scope.catalog.server.may_skip_triggers ? Trigger::Firing::origin : Trigger::Firing::replica;
  return trigger.firing != silent;
}

}  // namespace

Refusals irreversible_parts(const ErasurePlan& plan, const Scope& scope) {
  Refusals refusals;
  std::set<TableName> updated;
  for (const auto& changed : changed_tables(plan)) {
    if (!updated.insert(changed.table).second || changed.has_key) continue;
    refusals.push_back({Refusal::Code::no_primary_key, changed.label,
                        fmt::format("{}: rows that are changed and stay could not be found again: it has no primary "
                                    "key; add one, or let the rows go (`user: {{…, action: delete}}`)",
                                    changed.label)});
  }
  for (const auto& table : scope.catalog.tables) {
    for (const auto& trigger : table.triggers) {
      const bool is_set_off = (trigger.on_insert && plan.tables.contains(table.name)) ||
                              (trigger.on_update && updated.contains(table.name));
      if (!is_set_off || !fires(scope, trigger) || may_fire(scope, table, trigger)) continue;
      const auto label = scope.resolver.label(table.name);
      refusals.push_back(
          {Refusal::Code::trigger, label,
           fmt::format("{0}: the trigger {1} (function {2}) would fire when rows come back; let the role set "
                       "session_replication_role (GRANT SET ON PARAMETER, from PostgreSQL 15 on), or settle it with "
                       "`triggers: [{{trigger: {0}.{1}, action: fire}}]` when it leaves rows as they are",
                       label, trigger.name, trigger.function)});
    }
  }
  return refusals;
}

}  // namespace tenure::plan
