#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/grouped.h"

namespace tenure::cli {

/// What text for a terminal is made of. Nothing here prints by itself.

/// Anybody's text on one line, unable to steer the terminal: control characters, C1 ones and those that change the
/// direction of writing included, are shown as "\x1b" and "\u{202e}".
std::string printable(std::string_view text);

/// A field of an API's body, printable; `fallback` when it is absent, null or no text.
std::string text_or(const nlohmann::json& object, const char* key, const char* fallback);
/// 0 when it is absent, null or no number.
std::int64_t number_of(const nlohmann::json& object, const char* key);
/// ` "Forn Vell"` behind an id; empty when there is no name.
std::string quoted_name(const nlohmann::json& object, const char* key);
/// The line under a page of a list that says how to get the next one; empty under the last page.
std::string next_page_text(const nlohmann::json& page);

enum class Align { left, right };

/// Columns as wide as their widest cell, two blanks between them. Cells are made printable.
class Table {
 public:
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  /// Without any heading there is no line of them. Each line begins with `indent`.
  explicit Table(std::vector<Column> columns, std::string indent = "");
  /// As many cells as there are columns.
  void add(const std::vector<std::string>& cells);
  std::string text() const;

 private:
  std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::string indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tenure::cli
