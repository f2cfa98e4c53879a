#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenure::pg {

/// A name as the catalog spells it, quoted when it is rendered. Never SQL text.
class Identifier {
 public:
  explicit Identifier(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  /// The name in double quotes, with quotes inside doubled.
  std::string quoted() const;
  auto operator<=>(const Identifier&) const = default;

 private:
  std::string name_;
};

/// SQL text that is ours: written in the source ("SELECT 1"_sql), in an embedded .sql file, or put together by a
/// SqlBuilder. There is no way to make one from a string that arrived at run time, so input can never become SQL.
class Sql {
 public:
  const std::string& text() const { return text_; }
  /// A whole script from a file that the operator named (schema files, migrations). The only door for text from
  /// outside, kept apart by its name.
  static Sql script_from_operator(std::string text) { return Sql(std::move(text)); }
  bool operator==(const Sql&) const = default;

 private:
  friend class SqlBuilder;
  friend Sql operator""_sql(const char* text, std::size_t size);
  explicit Sql(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

/// Only a literal in the source can have this suffix.
inline Sql operator""_sql(const char* text, std::size_t size) { return Sql(std::string(text, size)); }

/// Puts SQL together from literals, identifiers and quoted constants. The one place where SQL is concatenated.
class SqlBuilder {
 public:
  template <std::size_t N>
  SqlBuilder& operator<<(const char (&literal)[N]) {
    text_.append(literal, N - 1);
    return *this;
  }
  SqlBuilder& operator<<(const Identifier& name);
  SqlBuilder& operator<<(const Sql& sql);
  SqlBuilder& operator<<(int number);
  /// A string constant, quoted so that it is safe whatever standard_conforming_strings says.
  SqlBuilder& constant(std::string_view value);

  bool empty() const { return text_.empty(); }
  Sql build() const { return Sql(text_); }

 private:
  std::string text_;
};

}  // namespace tenure::pg
