#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::schemas {

/// One statement of a script, without the semicolon that ends it.
struct Statement {
  std::string text;                ///< from its first word on, comments inside included
  int line = 0;                    ///< of its first word, from 1
  std::vector<std::string> words;  ///< its first words in lower case, at most six, up to the first that is no word

  /// Its first words, in lower case: starts_with({"create", "index"}).
  bool starts_with(std::initializer_list<std::string_view> beginning) const;
};

/// Splits a script where PostgreSQL does: quotes, E'' and dollar quotes, nested comments, parentheses and the bodies of
/// functions in BEGIN ATOMIC … END are respected, by the rules of psql's scanner (psqlscan.l) with
/// standard_conforming_strings on. What holds nothing but comments is no statement.
/// @throws Error(invalid_argument) "line 7: …" for a quote or comment that does not end, and for a psql command.
std::vector<Statement> split_statements(std::string_view script);

}  // namespace tenure::schemas
