#include "estate/table_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "estate/notation.h"

namespace tenure::estate {
namespace {

constexpr std::string_view kExpectedColumn = "the name of a column";

/// A key in its one spelling: "a, b".
std::optional<std::string> read_key(const Value& value) {
  const auto text = value.text();
  if (!text) return std::nullopt;
  const auto names = parse_names(*text);
  if (!names) {
    value.problem(
        fmt::format("{} is not a key; write a column, \"column, column\" or the name of a constraint", value.quoted()));
    return std::nullopt;
  }
  std::string key;
  for (const auto& name : *names) key += (key.empty() ? "" : ", ") + name;
  return key;
}

std::vector<std::string> read_through(const Value& value) {
  std::vector<std::string> keys;
  const auto items = value.is_list() ? value.items() : std::vector<Value>{value};
  if (items.empty()) value.problem("must name at least one key");
  for (const auto& item : items) {
    auto key = read_key(item);
    if (!key) continue;
    if (std::find(keys.begin(), keys.end(), *key) != keys.end()) {
      item.problem("is there twice");
    } else {
      keys.push_back(std::move(*key));
    }
  }
  return keys;
}

std::optional<FilesRule> read_files(const Value& value) {
  const Fields fields(value, {"column", "root"});
  FilesRule rule;
  set(rule.column, fields.require("column"), is_name, kExpectedColumn);
  set(rule.root, fields.require("root"), &Value::file_path);
  return rule;
}

std::optional<UserRule> read_user(const Value& value) {
  const Fields fields(value, {"column", "action"});
  UserRule rule;
  set(rule.column, fields.require("column"), is_name, kExpectedColumn);
  const auto* action = fields.require("action");
  if (action == nullptr) return rule;
  rule.action = action
                    ->choice<UserAction>({{"delete", UserAction::delete_rows},
                                          {"set_null", UserAction::set_null},
                                          {"pseudonym", UserAction::pseudonym}})
                    .value_or(UserAction::delete_rows);
  if (rule.action == UserAction::pseudonym && !value.reading().has_pseudonym_key) {
    action->problem("pseudonym needs users.pseudonym_key");
  }
  return rule;
}

/// Rules that say opposite things about one table.
void check_contradictions(const Fields& fields) {
  const auto& table = fields.map();
  if (fields.has("keep")) {
    for (const auto* key : {"tenant_column", "through", "keep_rows", "reason", "files", "last", "user"}) {
      if (fields.has(key))
        table.problem(fmt::format("keep and {} contradict each other: a kept table stays whole", key));
    }
    return;
  }
  if (fields.has("tenant_column") && fields.has("through")) {
    table.problem("tenant_column and through contradict each other: a table is reached in one way");
  }
  if (fields.has("keep_rows") && !fields.has("reason")) table.problem("keep_rows needs a reason");
  if (fields.has("reason") && !fields.has("keep_rows")) table.problem("reason belongs to keep_rows, which is missing");
}

TableRule read_table_rule(const Value::Entry& entry) {
  const Fields fields(entry.value,
                      {"keep", "tenant_column", "through", "keep_rows", "reason", "files", "last", "user"});
  TableRule rule{.table = entry.key, .line = entry.value.line()};
  if (!is_table(entry.key)) entry.value.problem("is not the name of a table; write table or schema.table");
  check_contradictions(fields);
  set(rule.keep_reason, fields.find("keep"), &Value::reason);
  set(rule.tenant_column, fields.find("tenant_column"), is_name, kExpectedColumn);
  if (const auto* value = fields.find("through")) rule.through = read_through(*value);
  if (const auto* value = fields.find("keep_rows")) rule.keep_rows = value->condition();
  set(rule.keep_rows_reason, fields.find("reason"), &Value::reason);
  if (const auto* value = fields.find("files")) rule.files = read_files(*value);
  set(rule.last, fields.find("last"), &Value::boolean);
  if (const auto* value = fields.find("user")) rule.user = read_user(*value);
  return rule;
}

}  // namespace

std::vector<TableRule> read_table_rules(const Value& tables, const std::string& default_schema) {
  std::vector<TableRule> rules;
  std::map<std::string, int> first_lines;
  for (const auto& entry : tables.entries()) {
    auto rule = read_table_rule(entry);
    const bool has_schema = rule.table.find('.') != std::string::npos;
    const auto full_name = has_schema ? rule.table : fmt::format("{}.{}", default_schema, rule.table);
    const auto [first, is_new] = first_lines.emplace(full_name, rule.line);
    if (!is_new) entry.value.problem(fmt::format("is the same table as on line {}", first->second));
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace tenure::estate
