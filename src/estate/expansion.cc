#include "estate/expansion.h"

namespace tenure::estate {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_variable_name(std::string_view name) {
  if (name.empty() || !is_letter(name.front())) return false;
  for (const char c : name) {
    if (!is_letter(c) && !is_digit(c)) return false;
  }
  return true;
}

}  // namespace

Expansion expand(std::string_view text, const Variables& variables) {
  Expansion expansion;
  while (!text.empty()) {
    const auto open = text.find("${");
    expansion.text += text.substr(0, open);
    if (open == std::string_view::npos) break;
    if (open > 0 && text[open - 1] == '$') {
      expansion.text += '{';
      text.remove_prefix(open + 2);
      continue;
    }
    text.remove_prefix(open + 2);
    const auto close = text.find('}');
    const auto name = text.substr(0, close);
    if (close == std::string_view::npos || !is_variable_name(name)) {
      expansion.is_malformed = true;
      break;
    }
    if (const auto value = variables(name)) {
      expansion.text += *value;
    } else {
      expansion.unset.emplace_back(name);
    }
    text.remove_prefix(close + 1);
  }
  return expansion;
}

}  // namespace tenure::estate
