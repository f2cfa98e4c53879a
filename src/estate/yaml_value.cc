#include "estate/yaml_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "estate/expansion.h"
#include "estate/notation.h"

namespace tenure::estate {
namespace {

std::string_view type_name(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      return "a map";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Scalar:
      return "text";
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      return "empty";
  }
  return "empty";
}

/// Without quotes YAML gives these words and numbers a type of their own.
bool is_plain(const YAML::Node& node) { return node.Tag() == "?"; }

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.+-") == std::string_view::npos;
}

int line_of(const YAML::Node& node, int parent) { return node.Mark().is_null() ? parent : node.Mark().line + 1; }

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string Value::quoted() const { return node_.IsScalar() ? fmt::format("\"{}\"", shown(node_.Scalar())) : "it"; }

bool Value::is_type(YAML::NodeType::value type, std::string_view expected) const {
  if (node_.Type() == type) return true;
  if (node_.IsNull()) {
    problem(fmt::format("has no value; expected {}", expected));
  } else {
    problem(fmt::format("must be {}, not {}", expected, type_name(node_)));
  }
  return false;
}

std::optional<std::string> Value::scalar(const Variables& variables) const {
  if (!is_type(YAML::NodeType::Scalar, "text")) return std::nullopt;
  auto expansion = expand(node_.Scalar(), variables);
  if (expansion.is_malformed) {
    problem("a variable is written ${NAME}, with letters, digits and underscores; write $${ for ${ itself");
    return std::nullopt;
  }
  for (const auto& name : expansion.unset) problem(fmt::format("the variable {} is not set", shown(name)));
  if (!expansion.unset.empty()) return std::nullopt;
  return std::move(expansion.text);
}

std::optional<std::string> Value::text(const Variables& variables) const {
  auto text = scalar(variables);
  if (!text) return std::nullopt;
  while (!text->empty() && text->back() == '\n') text->pop_back();
  if (text->empty()) {
    problem("is empty");
    return std::nullopt;
  }
  if (has_control_character(*text)) {
    problem("must be one line without control characters");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> Value::secret_text() const {
  bool has_variable = false;
  auto result = text([&](std::string_view name) {
    has_variable = true;
    return reading_->variables(name);
  });
  if (result && !has_variable) problem("is a secret: take it from a variable, ${NAME}");
  return result;
}

std::optional<std::string> Value::lines() const {
  auto text = scalar(reading_->variables);
  if (!text || text->find_first_not_of(" \t\r\n") != std::string::npos) return text;
  problem("is empty");
  return std::nullopt;
}

std::optional<std::string> Value::text_that(bool (*is_valid)(std::string_view), std::string_view expected) const {
  auto result = text();
  if (!result || is_valid(*result)) return result;
  problem(fmt::format("{} is not {}", quoted(), expected));
  return std::nullopt;
}

std::optional<std::string> Value::reason() const {
  auto result = text();
  if (!result) return std::nullopt;
  static const std::vector<std::string_view> kNotReasons{"true", "false", "yes", "no"};
  const bool is_typed =
      is_number(*result) || std::find(kNotReasons.begin(), kNotReasons.end(), *result) != kNotReasons.end();
  if (is_typed && is_plain(node_)) {
    problem(fmt::format("must say why, in words, not {}", quoted()));
    return std::nullopt;
  }
  return result;
}

std::optional<bool> Value::boolean() const {
  if (node_.IsScalar() && is_plain(node_)) {
    if (node_.Scalar() == "true") return true;
    if (node_.Scalar() == "false") return false;
  }
  problem("must be true or false");
  return std::nullopt;
}

std::optional<Milliseconds> Value::duration() const {
  const auto word = text();
  if (!word) return std::nullopt;
  const auto result = parse_duration(*word);
  if (!result) problem(fmt::format("{} is not a duration from 1ms to 24h, such as 500ms, 60s or 5m", quoted()));
  return result;
}

std::optional<std::chrono::seconds> Value::days() const { return days_from(1); }
std::optional<std::chrono::seconds> Value::days_from_none() const { return days_from(0); }

std::optional<std::chrono::seconds> Value::days_from(int fewest) const {
  const auto word = text();
  if (!word) return std::nullopt;
  const auto result = fewest == 0 && *word == "0d" ? std::optional(std::chrono::seconds(0)) : parse_days(*word);
  if (!result) problem(fmt::format("{} is not a time from {}d to 365d, such as 30d", quoted(), fewest));
  return result;
}

std::optional<std::int64_t> Value::count() const {
  constexpr double kLargest = 1e9;
  const auto word = text();
  if (!word) return std::nullopt;
  const auto number = parse_positive_number(*word);
  if (number && *number <= kLargest && std::floor(*number) == *number) return static_cast<std::int64_t>(*number);
  problem(fmt::format("{} is not a whole number from 1 to 1000000000", quoted()));
  return std::nullopt;
}

std::optional<double> Value::positive_number() const {
  const auto word = text();
  if (!word) return std::nullopt;
  const auto result = parse_positive_number(*word);
  if (!result) problem(fmt::format("{} is not a number above 0", quoted()));
  return result;
}

std::optional<double> Value::number_from_one() const {
  const auto result = positive_number();
  if (!result || *result >= 1) return result;
  problem("must be at least 1, or nothing would ever be let through");
  return std::nullopt;
}

std::optional<int> Value::small_count() const {
  const auto word = text();
  if (!word) return std::nullopt;
  const auto result = parse_small_count(*word);
  if (!result) problem(fmt::format("{} is not a whole number from 0 to 10000", quoted()));
  return result;
}

std::optional<std::filesystem::path> Value::file_path() const {
  const auto written = text();
  if (!written) return std::nullopt;
  const auto path = (reading_->folder / *written).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

Condition Value::condition() const {
  Condition condition;
  if (!is_type(YAML::NodeType::Map, "a map of columns to values")) return condition;
  const auto columns = entries();
  if (columns.empty() && node_.size() == 0) problem("must name at least one column");
  for (const auto& [column, value] : columns) {
    if (!is_name(column)) {
      value.problem("is not the name of a column");
    } else if (value.node_.IsNull()) {
      condition[column] = std::nullopt;
    } else if (auto text = value.scalar(reading_->variables)) {
      if (text->find('\0') != std::string::npos) value.problem("must not hold a NUL character");
      condition[column] = std::move(*text);
    }
  }
  return condition;
}

std::vector<std::string> Value::tables() const {
  std::vector<std::string> tables;
  for (const auto& item : items()) {
    auto table = item.text_that(is_table, "a table; write table or schema.table");
    if (!table) continue;
    if (std::find(tables.begin(), tables.end(), *table) != tables.end()) {
      item.problem("is there twice");
    } else {
      tables.push_back(std::move(*table));
    }
  }
  return tables;
}

void Value::problem_of_choice(const std::vector<std::string_view>& choices) const {
  problem(fmt::format("{} is not one of {}", quoted(), fmt::join(choices, ", ")));
}

std::vector<Value> Value::items() const {
  std::vector<Value> items;
  if (!is_type(YAML::NodeType::Sequence, "a list")) return items;
  for (const auto& node : node_) {
    items.emplace_back(*reading_, node, fmt::format("{}[{}]", path_, items.size()), line_of(node, line_));
  }
  return items;
}

std::vector<Value::Entry> Value::entries() const {
  std::vector<Entry> entries;
  if (!is_type(YAML::NodeType::Map, "a map")) return entries;
  std::map<std::string, int> first_lines;
  for (const auto& pair : node_) {
    const int line = line_of(pair.first, line_);
    if (!pair.first.IsScalar()) {
      reading_->problems.add(line, path_, "a key must be text");
      continue;
    }
    const auto& key = pair.first.Scalar();
    Value value(*reading_, pair.second, path_.empty() ? shown(key) : fmt::format("{}.{}", path_, shown(key)), line);
    const auto [first, is_new] = first_lines.emplace(key, line);
    if (is_new) {
      entries.push_back({key, std::move(value)});
    } else {
      value.problem(fmt::format("is there twice, first on line {}", first->second));
    }
  }
  return entries;
}

Fields::Fields(const Value& map, const std::vector<std::string_view>& known) : map_(map) {
  for (auto& entry : map.entries()) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      entries_.push_back(std::move(entry));
    } else if (const auto suggestion = nearest(entry.key, known); !suggestion.empty()) {
      entry.value.problem(fmt::format("unknown key; did you mean {}?", suggestion));
    } else {
      entry.value.problem(fmt::format("unknown key; known here: {}", fmt::join(known, ", ")));
    }
  }
}

const Value* Fields::find(std::string_view key) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &found->value;
}

const Value* Fields::require(std::string_view key) const {
  const auto* value = find(key);
  if (value == nullptr && map_.is_map()) map_.problem(fmt::format("{} is missing", key));
  return value;
}

}  // namespace tenure::estate
