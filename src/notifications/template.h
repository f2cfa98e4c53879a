#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::notifications {

/// What goes into a template.
struct Values {
  using Texts = std::map<std::string, std::string, std::less<>>;

  Texts texts = {};
  std::map<std::string, std::vector<Texts>, std::less<>> lists = {};
};

/// How a value becomes part of the text around it.
using Escape = std::string (*)(std::string_view value);

/// Replaces {{name}} by the text of that name, escaped: there is no way to put one in as it is. What stands between
/// {{#name}} and {{/name}} is repeated for each element of that list, with the element's texts before all others; such
/// a mark at a line's end takes the line's end with it. @throws Error(internal) naming what the values lack.
std::string fill(std::string_view text, const Values& values, Escape escape);

/// Text in HTML, between tags or in a quoted attribute: it shows as it is written, and control characters as spaces.
std::string html_text(std::string_view value);
/// One line of text: control characters are spaces.
std::string plain_text(std::string_view value);

}  // namespace tenure::notifications
