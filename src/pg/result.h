#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

struct pg_result;

namespace tenure::pg {

/// The values of $1, $2 …, sent as text beside the statement, never inside it.
class Params {
 public:
  Params() = default;
  template <class... Values>
  explicit Params(const Values&... values) {
    (add(values), ...);
  }

  void add(std::string_view value) { values_.emplace_back(std::string(value)); }
  void add(const char* value) { add(std::string_view(value)); }
  void add(std::int64_t value) { values_.emplace_back(std::to_string(value)); }
  void add(int value) { add(static_cast<std::int64_t>(value)); }
  void add(bool value) { values_.emplace_back(value ? "t" : "f"); }
  /// As an array of text.
  void add(const std::vector<std::string>& values) { values_.emplace_back(array_of_text(values)); }
  void add(std::nullopt_t) { values_.emplace_back(std::nullopt); }
  template <class Tag>
  void add(const Id<Tag>& id) {
    add(std::string_view(id.str()));
  }
  template <class T>
  void add(const std::optional<T>& value) {
    value ? add(*value) : add(std::nullopt);
  }

  const std::vector<std::optional<std::string>>& values() const { return values_; }

 private:
  static std::string array_of_text(const std::vector<std::string>& values);

  std::vector<std::optional<std::string>> values_;
};

/// The rows of one statement, held in memory. Columns are addressed by position from 0.
class Result {
 public:
  explicit Result(pg_result* result);

  int rows() const;
  bool empty() const { return rows() == 0; }
  bool is_null(int row, int column) const;
  std::string text(int row, int column) const;
  std::optional<std::string> optional_text(int row, int column) const;
  /// @throws Error(internal) when the column does not hold an integer.
  std::int64_t int64(int row, int column) const;
  bool boolean(int row, int column) const;
  /// A one-dimensional array of text, int or name without NULLs, as PostgreSQL prints it.
  std::vector<std::string> text_array(int row, int column) const;
  /// The server's word for what was done: "COMMIT", "DELETE 3".
  std::string command() const;
  /// Rows inserted, updated or deleted by the statement.
  std::int64_t affected() const;

 private:
  std::string_view view(int row, int column) const;

  std::shared_ptr<pg_result> result_;
};

}  // namespace tenure::pg
