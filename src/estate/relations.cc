#include "estate/relations.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "estate/notation.h"

namespace tenure::estate {
namespace {

/// The table and the columns of one end; nullopt when there is none, with the problem noted.
std::optional<TableParts> read_end(const Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto text = value->text();
  if (!text) return std::nullopt;
  auto end = parse_table_parts(*text);
  if (!end) {
    value->problem(
        fmt::format("{} is not a column of a table; write table.column, schema.table.column or, for several, "
                    "\"table.(a, b)\"",
                    value->quoted()));
  }
  return end;
}

/// What keeps two rules of a list from being about the same thing.
class FirstLines {
 public:
  void check(const Value& item, const std::string& table, const std::string& name) {
    const auto [first, is_new] = lines_.emplace(std::pair(table, name), item.line());
    if (!is_new) item.problem(fmt::format("there is a rule for the same on line {}", first->second));
  }

 private:
  std::map<std::pair<std::string, std::string>, int> lines_;
};

Reference read_reference(const Value& item) {
  const Fields fields(item, {"from", "to", "when"});
  Reference reference{.line = item.line()};
  auto from = read_end(fields.require("from"));
  auto to = read_end(fields.require("to"));
  if (const auto* when = fields.find("when")) reference.when = when->condition();
  if (!from || !to) return reference;
  if (from->parts.size() != to->parts.size()) {
    item.problem(fmt::format("from names {} columns and to names {}", from->parts.size(), to->parts.size()));
  } else if (from->table == to->table && from->parts == to->parts) {
    item.problem("from and to are the same");
  }
  reference.from_table = std::move(from->table);
  reference.from_columns = std::move(from->parts);
  reference.to_table = std::move(to->table);
  reference.to_columns = std::move(to->parts);
  return reference;
}

OutsideRule read_outside_rule(const Value& item) {
  const Fields fields(item, {"key", "action"});
  OutsideRule rule{.line = item.line()};
  if (const auto end = read_end(fields.require("key"))) {
    rule.table = end->table;
    for (const auto& column : end->parts) rule.key += (rule.key.empty() ? "" : ", ") + column;
  }
  if (const auto* action = fields.require("action")) {
    rule.action = action
                      ->choice<OutsideAction>(
                          {{"set_null", OutsideAction::set_null}, {"set_default", OutsideAction::set_default}})
                      .value_or(OutsideAction::set_null);
  }
  return rule;
}

TriggerRule read_trigger_rule(const Value& item) {
  const Fields fields(item, {"trigger", "action"});
  TriggerRule rule{.line = item.line()};
  if (const auto* value = fields.require("trigger")) {
    const auto text = value->text();
    const auto trigger = text ? parse_table_parts(*text) : std::nullopt;
    if (text && (!trigger || text->ends_with(')'))) {
      value->problem(fmt::format("{} is not a trigger; write table.trigger or schema.table.trigger", value->quoted()));
    } else if (trigger) {
      rule.table = trigger->table;
      rule.trigger = trigger->parts.front();
    }
  }
  if (const auto* action = fields.require("action")) {
    rule.skip = action->choice<bool>({{"fire", false}, {"skip", true}}).value_or(false);
  }
  return rule;
}

}  // namespace

std::vector<Reference> read_references(const Value& list) {
  std::vector<Reference> references;
  for (const auto& item : list.items()) references.push_back(read_reference(item));
  return references;
}

std::vector<OutsideRule> read_outside_rules(const Value& list) {
  std::vector<OutsideRule> rules;
  FirstLines first_lines;
  for (const auto& item : list.items()) {
    rules.push_back(read_outside_rule(item));
    if (!rules.back().key.empty()) first_lines.check(item, rules.back().table, rules.back().key);
  }
  return rules;
}

std::vector<TriggerRule> read_trigger_rules(const Value& list) {
  std::vector<TriggerRule> rules;
  FirstLines first_lines;
  for (const auto& item : list.items()) {
    rules.push_back(read_trigger_rule(item));
    if (!rules.back().trigger.empty()) first_lines.check(item, rules.back().table, rules.back().trigger);
  }
  return rules;
}

}  // namespace tenure::estate
