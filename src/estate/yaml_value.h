#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "estate/estate.h"
#include "estate/names.h"
#include "estate/problems.h"

namespace tenure::estate {

/// What every part of the parser needs while one file is read.
struct Reading {
  const Variables& variables;
  std::filesystem::path folder;  ///< relative paths start here
  DatabaseSource source;
  Problems problems;
  Milliseconds default_timeout{60000};
  bool has_pseudonym_key = false;
  std::optional<std::string> managed_tenants_service = std::nullopt;  ///< whose database has schema kTenancySchema
};

/// A place in the file: a node, the path of keys that leads to it and its line. The readers below return what they
/// understood; what they did not is a problem of the file, and nullopt or an empty list here. Messages quote the file's
/// own text, never the value of a variable.
class Value {
 public:
  struct Entry;

  Value(Reading& reading, YAML::Node node, std::string path, int line)
      : reading_(&reading), node_(std::move(node)), path_(std::move(path)), line_(line) {}

  Reading& reading() const { return *reading_; }
  const std::string& path() const { return path_; }
  int line() const { return line_; }
  bool is_map() const { return node_.IsMap(); }
  bool is_list() const { return node_.IsSequence(); }

  void problem(std::string_view what) const { reading_->problems.add(line_, path_, what); }
  /// The value as the file writes it, for a message.
  std::string quoted() const;

  /// One line of text that is not empty, with its variables put in.
  std::optional<std::string> text() const { return text(reading_->variables); }
  /// The same with other variables.
  std::optional<std::string> text(const Variables& variables) const;
  /// The same; a problem when no part of it comes from a variable, since it is a secret.
  std::optional<std::string> secret_text() const;
  /// Text that satisfies `is_valid`; else the problem says that it is not `expected`.
  std::optional<std::string> text_that(bool (*is_valid)(std::string_view), std::string_view expected) const;
  /// Text of any number of lines, not empty, for a library that takes it apart.
  std::optional<std::string> lines() const;
  /// Why something is so, in words: `true` or a number is not a reason.
  std::optional<std::string> reason() const;
  std::optional<bool> boolean() const;
  std::optional<Milliseconds> duration() const;
  /// A time in whole days, from 1d to 365d.
  std::optional<std::chrono::seconds> days() const;
  /// The same, from 0d.
  std::optional<std::chrono::seconds> days_from_none() const;
  std::optional<double> positive_number() const;
  /// At least 1.
  std::optional<double> number_from_one() const;
  /// A whole number from 1 to a thousand million.
  std::optional<std::int64_t> count() const;
  /// A whole number from 0 to 10,000.
  std::optional<int> small_count() const;
  /// A path; a relative one starts at the file's folder.
  std::optional<std::filesystem::path> file_path() const;
  /// A map of columns to scalars, not empty.
  Condition condition() const;
  /// Tables, each once.
  std::vector<std::string> tables() const;
  /// One of the words of `choices`.
  template <class T>
  std::optional<T> choice(const std::vector<std::pair<std::string_view, T>>& choices) const;

  /// The elements of a list.
  std::vector<Value> items() const;
  /// The entries of a map, in order; a key that is not text or is there twice is a problem, and left out.
  std::vector<Entry> entries() const;

 private:
  bool is_type(YAML::NodeType::value type, std::string_view expected) const;
  void problem_of_choice(const std::vector<std::string_view>& choices) const;
  std::optional<std::string> scalar(const Variables& variables) const;
  std::optional<std::chrono::seconds> days_from(int fewest) const;

  Reading* reading_;
  YAML::Node node_;
  std::string path_;
  int line_;
};

struct Value::Entry {
  std::string key;
  Value value;
};

template <class T>
std::optional<T> Value::choice(const std::vector<std::pair<std::string_view, T>>& choices) const {
  const auto word = text();
  if (!word) return std::nullopt;
  std::vector<std::string_view> known;
  for (const auto& [name, meaning] : choices) {
    if (name == *word) return meaning;
    known.push_back(name);
  }
  problem_of_choice(known);
  return std::nullopt;
}

/// A map with a fixed set of keys; any other is a problem.
class Fields {
 public:
  Fields(const Value& map, const std::vector<std::string_view>& known);

  /// Null when the key is not there.
  const Value* find(std::string_view key) const;
  /// The same; a problem when the key is not there.
  const Value* require(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  bool empty() const { return entries_.empty(); }
  const Value& map() const { return map_; }

 private:
  Value map_;
  std::vector<Value::Entry> entries_;
};

/// Reads into `target` when there is such a value: set(orders.timeout, fields.find("timeout"), &Value::duration).
template <class Target, class Result>
void set(Target& target, const Value* value, Result (Value::*read)() const) {
  if (value == nullptr) return;
  if (auto result = (value->*read)()) target = std::move(*result);
}

/// The same for a text in a notation.
template <class Target>
void set(Target& target, const Value* value, bool (*is_valid)(std::string_view), std::string_view expected) {
  if (value == nullptr) return;
  if (auto result = value->text_that(is_valid, expected)) target = std::move(*result);
}

}  // namespace tenure::estate
